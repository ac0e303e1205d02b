import { baseImage, imageLabel, importImage, pullImage, standInLabel } from "../images/engine-image.mjs";
import { standInArchive, standInDigest } from "../images/stand-in.mjs";
import { log } from "./log.mjs";

/**
 * Makes sure that the image all our Dockerfiles start from is on the engine: the real one when it is there or can be
 * pulled, else a local stand-in for it. A real image is never replaced.
 * @param {string} host address of the engine
 */
export async function ensureBaseImage(host) {
  const digest = standInDigest();
  const present = await imageLabel(host, standInLabel);
  if (present === "" || present === digest) {
    log(`base image ${baseImage} is there${present === "" ? "" : " (local stand-in)"}`);
    return;
  }
  const problem = await pullImage(host);
  if (problem === undefined) {
    log(`pulled base image ${baseImage}`);
    return;
  }
  log(`base image ${baseImage} cannot be pulled (${problem}); making a local stand-in`);
  const archive = await standInArchive(digest);
  await importImage(host, archive, digest);
  log(`base image ${baseImage} is there (local stand-in)`);
}
