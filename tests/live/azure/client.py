"""Plants secrets in a vault with Microsoft's own client, one JSON object in a line after the other."""

import json
import os
import sys
import time

import requests
from azure.core.credentials import AccessToken
from azure.core.exceptions import ResourceNotFoundError
from azure.keyvault.secrets import SecretClient


class Principal:
    """Logs in as a service principal; Microsoft's package for that has parts that are not for every machine."""

    def get_token(self, *scopes, **_):
        tenant = os.environ["AZURE_TENANT_ID"]
        answer = requests.post(
            f"https://login.microsoftonline.com/{tenant}/oauth2/v2.0/token",
            data={
                "client_id": os.environ["AZURE_CLIENT_ID"],
                "client_secret": os.environ["AZURE_CLIENT_SECRET"],
                "grant_type": "client_credentials",
                "scope": scopes[0],
            },
            timeout=20,
        )
        answer.raise_for_status()
        token = answer.json()
        return AccessToken(token["access_token"], int(time.time()) + token["expires_in"])


def plant(client, name, key, value):
    if key is not None:
        try:
            whole = json.loads(client.get_secret(name).value)
        except ResourceNotFoundError:
            whole = {}
        whole[key] = value
        value = json.dumps(whole)
    return client.set_secret(name, value).properties.version


def main():
    client = SecretClient(sys.argv[1], Principal())
    for line in sys.stdin:
        asked = json.loads(line)
        match asked["do"]:
            case "plant":
                told = plant(client, asked["name"], asked["key"], asked["value"])
            case "list":
                told = sorted(secret.name for secret in client.list_properties_of_secrets())
            case "read":
                secret = client.get_secret(asked["name"], asked["version"])
                told = [secret.value, secret.properties.version, secret.properties.enabled]
            case "delete":
                told = client.begin_delete_secret(asked["name"]).wait()
            case "deleted":
                told = client.get_deleted_secret(asked["name"]).name
            case "recover":
                told = client.begin_recover_deleted_secret(asked["name"]).result().name
        print(json.dumps(told), flush=True)


main()
