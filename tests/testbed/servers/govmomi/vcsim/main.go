// vcsim: govmomi's simulator of a vCenter with ESXi hosts, without virtual machines.
package main

import (
	"crypto/tls"
	"flag"
	"fmt"
	"log"
	"net/url"

	"github.com/vmware/govmomi/simulator"
)

func main() {
	hosts := flag.Int("hosts", 3, "ESXi hosts in its one cluster")
	listen := flag.String("listen", "127.0.0.1:0", "HOST:PORT to serve at; port 0 takes a free one")
	username := flag.String("username", "administrator@vsphere.local", "the account to log in with")
	password := flag.String("password", "simulated", "its password")
	apiVersion := flag.String("api-version", "8.0.3.0", "the newest API version that it offers")
	certificate := flag.String("certificate", "", "PEM file with the chain of the server's certificate; none serves plain HTTP")
	key := flag.String("key", "", "PEM file with its key")
	flag.Parse()

	model := simulator.VPX()
	model.Host, model.ClusterHost, model.Machine = 0, *hosts, 0
	model.ServiceContent.About.ApiVersion = *apiVersion
	if err := model.Create(); err != nil {
		log.Fatal(err)
	}
	model.Service.Listen = &url.URL{Host: *listen, User: url.UserPassword(*username, *password)}
	if *certificate != "" {
		pair, err := tls.LoadX509KeyPair(*certificate, *key)
		if err != nil {
			log.Fatal(err)
		}
		model.Service.TLS = &tls.Config{Certificates: []tls.Certificate{pair}}
	}
	server := model.Service.NewServer()
	fmt.Printf("%s://%s%s\n", server.URL.Scheme, server.URL.Host, server.URL.Path)
	select {}
}
