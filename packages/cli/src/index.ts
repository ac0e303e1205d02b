export { type MainOptions, runMain } from "./main.ts";
