"""A vCenter with ESXi hosts to run and test against, over real HTTPS and SOAP."""
