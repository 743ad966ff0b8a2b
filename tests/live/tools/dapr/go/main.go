package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
)

func main() {
	var secret map[string]string
	response, err := http.Get(os.Getenv("DAPR_HTTP_ENDPOINT") + "/v1.0/secrets/vault/db-secret")
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	if err := json.NewDecoder(response.Body).Decode(&secret); err != nil {
		panic(err)
	}
	fmt.Printf("%d bytes\n", len(secret["db-secret"]))
}
