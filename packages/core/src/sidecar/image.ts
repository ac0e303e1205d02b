/** The sidecar's image context as data, so that a backend never imports the sidecar package. */
export interface SidecarImage {
  /** folder with a Dockerfile and everything that it copies */
  readonly contextDir: string;
}
