import { join } from "node:path";
import { DEFAULT_HOSTS } from "./start.mjs";

/**
 * The stand-in as a container, as plain data: where its image is built from, what the engine's API is told to create,
 * and the command that prints the request log inside it. It answers on port 443 under the names in `hosts`.
 * @param options.image tag that the image was built under
 * @param options.network existing engine network
 */
export function modelApiContainer(options) {
  const { image, name, network, labels = {}, authority, hosts = DEFAULT_HOSTS, steps, answers, paceMs } = options;
  return {
    build: { contextDir: join(import.meta.dirname, "image"), dockerfile: "Dockerfile" },
    create: {
      name,
      Image: image,
      Labels: labels,
      Env: [`BB_MODEL_API=${JSON.stringify({ authority, hosts, steps, answers, paceMs })}`],
      HostConfig: {
        NetworkMode: network,
        Init: true,
        CapDrop: ["ALL"],
        SecurityOpt: ["no-new-privileges"],
        LogConfig: { Type: "none", Config: {} },
      },
      NetworkingConfig: { EndpointsConfig: { [network]: { Aliases: [...hosts] } } },
    },
    requestsArgv: ["node", "/srv/model-api/requests.mjs"],
  };
}

/** The lines that `requestsArgv` printed. */
export function parseRequests(text) {
  return text
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
}
