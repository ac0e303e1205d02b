import { createServer } from "node:http";
import { createModelApi } from "./server.mjs";

const REQUESTS_PORT = 9797; // in memory and on loopback only, because the log holds credentials

const config = JSON.parse(process.env.BB_MODEL_API);
const lines = [];
const server = createModelApi({ ...config, onRequest: (entry) => void lines.push(JSON.stringify(entry)) });
server.listen(443);
createServer((req, res) => res.end(lines.map((line) => `${line}\n`).join(""))).listen(REQUESTS_PORT, "127.0.0.1");
process.once("SIGTERM", () => process.exit(0));
