#!/bin/sh
# Looks around in a simulator with govc: with_govc.sh READY_FILE
set -eu
ready() { python3 -c 'import json, sys; print(json.load(open(sys.argv[1]))[sys.argv[2]])' "$@"; }

GOVC_URL=$(ready "$1" url)
GOVC_USERNAME=$(ready "$1" username)
GOVC_PASSWORD=$(ready "$1" password)
GOVC_TLS_CA_CERTS=$(ready "$1" caFile)
export GOVC_URL GOVC_USERNAME GOVC_PASSWORD GOVC_TLS_CA_CERTS

govc about
govc ls host
govc host.vnic.info -host esx01.example.com
govc host.esxcli -host esx01.example.com network ip netstack list
govc host.esxcli -host esx01.example.com network diag ping -H 10.0.0.12 -d true -s 1472
