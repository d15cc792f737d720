"""Kubernetes: what users want comes in, what we have to say goes out. The only importer of kopf and kubernetes."""
