"""Mutation testing of the planner: how much of what it says and does would a test notice if it were wrong?"""
