"""A host's state as vSphere's own data objects. Pure: every view of a host comes from the one state it is given.

Views share objects where they are equal; nobody changes a data object that a view has returned.
"""
