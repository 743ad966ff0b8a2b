// What Dapr's client for JavaScript gets from the server that started this program, over both protocols.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { CommunicationProtocolEnum, DaprClient } from "@dapr/dapr";

const { STRONGROOM, DAPR_HTTP_PORT, DAPR_GRPC_PORT, DAPR_HTTP_ENDPOINT } = process.env;

const http = new DaprClient({
  daprPort: DAPR_HTTP_PORT,
  communicationProtocol: CommunicationProtocolEnum.HTTP,
});
assert.deepEqual(await http.secret.get("vault", "db-secret"), { "db-secret": "one" });
assert.deepEqual(await http.secret.get("vault", "api", "metadata.version_id=1"), { id: "id", key: "key" });
const everything = { api: { id: "id", key: "key" }, "db-secret": { "db-secret": "one" } };
assert.deepEqual(await http.secret.getBulk("vault"), everything);
await assert.rejects(http.secret.get("vault", "nothing"), /the vault has no value/);
await http.stop();

const grpc = new DaprClient({
  daprPort: DAPR_GRPC_PORT,
  communicationProtocol: CommunicationProtocolEnum.GRPC,
});
assert.deepEqual(await grpc.secret.get("vault", "db-secret"), { "db-secret": "one" });
assert.deepEqual(Object.keys(await grpc.secret.getBulk("vault")).length, 2);
const before = (await grpc.configuration.get("vault", ["max_retries"])).items.max_retries.value;
assert.match(before, /^3/);
let subscription;
const told = new Promise((resolve) => {
  subscription = grpc.configuration.subscribeWithKeys("vault", ["max_retries"], resolve);
});
subscription = await subscription;
// The client says that it is subscribed before it has asked.
await new Promise((resolve) => setTimeout(resolve, 1000));
execFileSync(STRONGROOM, ["setting", "set", "--type", "local", "max_retries", `${before}0`], { stdio: "ignore" });
assert.equal((await told).items.max_retries.value, `${before}0`);
await subscription.stop();
await grpc.stop();

const answer = await fetch(`${DAPR_HTTP_ENDPOINT}/v1.0/secrets/vault/api`);
assert.deepEqual([answer.status, await answer.json()], [200, { id: "id", key: "key" }]);
console.log("everything is as it should be");
