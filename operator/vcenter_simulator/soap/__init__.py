"""SOAP to typed requests and typed results to SOAP, on pyVmomi's type metadata. It knows no vCenter."""
