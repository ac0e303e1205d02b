export { modelApiContainer, parseRequests } from "./container.mjs";
export { issueCertificate, mintAuthority } from "./image/certificate.mjs";
export { MARKER } from "./image/script.mjs";
export { startInterceptor } from "./interceptor.mjs";
export { DEFAULT_HOSTS, startModelApi } from "./start.mjs";
