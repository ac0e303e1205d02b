export { removeIt as default } from "./own-temporary-folder.mjs";
