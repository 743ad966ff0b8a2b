"""What Dapr's client for Python gets from the server that started this program: blocking, and as coroutines."""

import asyncio
import os
import subprocess
import threading
import time

import grpc
import httpx
import requests
from dapr.aio.clients import DaprClient as Coroutines
from dapr.clients import DaprClient


def set_retries(value):
    line = [os.environ["STRONGROOM"], "setting", "set", "--type", "local", "max_retries", value]
    subprocess.run(line, check=True, stderr=subprocess.DEVNULL)


def blocking():
    with DaprClient() as client:
        assert client.get_secret("vault", "db-secret").secret == {"db-secret": "one"}
        assert client.get_secret("vault", "api", {"version_id": "1"}).secret == {"id": "id", "key": "key"}
        everything = client.get_bulk_secret("vault").secrets
        assert everything == {"api": {"id": "id", "key": "key"}, "db-secret": {"db-secret": "one"}}
        try:
            client.get_secret("vault", "nothing")
            raise AssertionError("there is no such secret")
        except grpc.RpcError as error:
            assert error.code() == grpc.StatusCode.INTERNAL
            assert "the vault has no value for `local`" in error.details()
        before = client.get_configuration("vault", ["max_retries"]).items["max_retries"].value

        told, got = threading.Event(), []

        def handler(id, response):
            got.append((id, {key: item.value for key, item in response.items.items()}, time.monotonic()))
            told.set()

        id = client.subscribe_configuration("vault", ["max_retries"], handler)
        set_retries(before + "0")
        changed = time.monotonic()
        assert told.wait(10), "it is told"
        assert got[0][:2] == (id, {"max_retries": before + "0"}), got
        assert got[0][2] - changed < 1, got
        assert client.unsubscribe_configuration("vault", id)
        assert not client.unsubscribe_configuration("vault", id)
        client.set_metadata("who", "python")
        metadata = client.get_metadata()
        assert metadata.extended_metadata["who"] == "python"
        assert [store.name for store in metadata.registered_components] == ["vault"]


# The client's own coroutine for subscribing reads a stream of coroutines in a thread, and gets nothing from any server.
async def coroutines():
    async with Coroutines() as client:
        secret = await client.get_secret("vault", "api")
        assert secret.secret == {"id": "id", "key": "key"}
        everything = await client.get_bulk_secret("vault")
        assert everything.secrets["db-secret"] == {"db-secret": "one"}
        settings = await client.get_configuration("vault", ["max_retries"])
        assert settings.items["max_retries"].value.startswith("3")
        many = await asyncio.gather(*(client.get_secret("vault", "api") for _ in range(100)))
        assert all(one.secret == secret.secret for one in many)


def by_hand():
    endpoint = os.environ["DAPR_HTTP_ENDPOINT"]
    for get in requests.get, httpx.get:
        answer = get(f"{endpoint}/v1.0/secrets/vault/api")
        assert (answer.status_code, answer.json()) == (200, {"id": "id", "key": "key"})
        answer = get(f"{endpoint}/v1.0/secrets/vault/nothing")
        assert (answer.status_code, answer.json()["errorCode"]) == (500, "ERR_SECRET_GET")


blocking()
asyncio.run(coroutines())
by_hand()
print("everything is as it should be")
