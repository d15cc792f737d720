"""The test bed: etcd, kube-apiserver, kube-controller-manager, the simulator and the operator."""
