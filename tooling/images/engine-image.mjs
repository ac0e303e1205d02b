import { createReadStream } from "node:fs";
import { engineCall, engineRequest } from "../run/engine-api.mjs";
import { log } from "../run/log.mjs";
import { Stop } from "../run/stop.mjs";

const repository = "node";
const tag = "24-trixie-slim";
export const baseImage = `${repository}:${tag}`;

/** label of an image that only stands in for the real one; its value is the digest of how it was made */
export const standInLabel = "dev.bot-bottle.stand-in";

/** @returns {Promise<string | undefined>} value of a label of the base image, "" without it; undefined without the image */
export async function imageLabel(host, label) {
  const { status, text } = await engineCall(host, { path: `/images/${baseImage}/json`, timeoutMs: 10_000 });
  if (status === 404) return undefined;
  if (status !== 200) throw new Stop(`The engine does not say whether it has ${baseImage}: ${text.trim()}`);
  return JSON.parse(text).Config?.Labels?.[label] ?? "";
}

/**
 * Pulls the base image; gives up when the registry has not begun to answer within 10 s.
 * @returns {Promise<string | undefined>} why it cannot be pulled
 */
export async function pullImage(host) {
  log(`pulling base image ${baseImage}`);
  const path = `/images/create?fromImage=${repository}&tag=${tag}`;
  try {
    // The engine sends its headers with the first progress line, when the registry has answered.
    const limits = { answerWithinMs: 10_000, timeoutMs: 300_000 };
    const response = await engineRequest(host, { method: "POST", path, ...limits });
    return await lastProblem(response);
  } catch (error) {
    return error.message;
  }
}

/** Gives a root file system to the engine as the base image, with the settings of the real one. */
export async function importImage(host, archive, digest) {
  const present = await imageLabel(host, standInLabel);
  if (present === "") return; // the real one came in while the stand-in was made
  const changes = [
    "ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
    'ENTRYPOINT ["docker-entrypoint.sh"]',
    'CMD ["node"]',
    `LABEL ${standInLabel}=${digest}`,
  ];
  const query = new URLSearchParams([
    ["fromSrc", "-"],
    ["repo", repository],
    ["tag", tag],
    ...changes.map((change) => ["changes", change]),
  ]);
  const response = await engineRequest(host, {
    method: "POST",
    path: `/images/create?${query}`,
    body: createReadStream(archive),
    timeoutMs: 120_000,
  });
  const problem = await lastProblem(response);
  if (problem !== undefined) throw new Stop(`The engine does not take the stand-in for ${baseImage}: ${problem}`);
}

/** Reads an answer of JSON lines to its end; a failure comes as the last line, or as the status. */
async function lastProblem(response) {
  let text = "";
  for await (const chunk of response.setEncoding("utf8")) text += chunk;
  const last = JSON.parse(text.trim().split("\n").at(-1) || "{}");
  if (response.statusCode !== 200) return last.message ?? `HTTP status ${response.statusCode}`;
  return last.error;
}
