// Package dispatchers connects to one dispatcher or to several.
package dispatchers

import (
	"fmt"
	"strings"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/resolver"
	"google.golang.org/grpc/resolver/manual"
)

// What a channel does with several addresses: a worker's streams go to one of
// them by chance, each call of a client to the next.
const (
	AnyOne        = `{"pick_first": {"shuffleAddressList": true}}`
	InTurns       = `{"round_robin": {}}`
	serviceConfig = `{"loadBalancingConfig": [%s]}`
)

// Connect returns a connection to the addresses, host:port each, with commas between.
func Connect(addresses, policy string, options ...grpc.DialOption) (*grpc.ClientConn, error) {
	var endpoints []resolver.Endpoint
	for _, address := range strings.Split(addresses, ",") {
		endpoints = append(endpoints, resolver.Endpoint{Addresses: []resolver.Address{{Addr: address}}})
	}
	builder := manual.NewBuilderWithScheme("dispatchers")
	builder.InitialState(resolver.State{Endpoints: endpoints})
	options = append(options,
		grpc.WithResolvers(builder),
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithDefaultServiceConfig(fmt.Sprintf(serviceConfig, policy)))
	return grpc.NewClient("dispatchers:///baton", options...)
}
