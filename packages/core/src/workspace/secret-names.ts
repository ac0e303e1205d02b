const NAMES: readonly RegExp[] = [
  /^\.env(\..+)?$/,
  /^\.envrc$/,
  /\.(pem|key|p12|pfx|jks|keystore|kdbx|ppk|ovpn|tfstate|tfvars)$/,
  /\.tfstate\.backup$/,
  /^id_(rsa|dsa|ecdsa|ed25519)(_sk)?$/,
  /^(application_default_)?credentials(\.(json|toml|db|ya?ml))?$/,
  /^(service[-_]?account|gha-creds-|client_secret).*\.json$/,
  /^secrets?\.(json|toml|ya?ml|env|txt)$/,
  /^tokens?\.(json|txt)$/,
  /^\.(npmrc|pypirc|netrc|pgpass|my\.cnf|htpasswd|git-credentials|dockercfg|vault-token|terraformrc|s3cfg|boto)$/,
  /^_netrc$/,
  /^kubeconfig(\..+)?$|\.kubeconfig$/,
  /^wp-config\.php$/,
];
const PATHS: readonly RegExp[] = [
  /(^|\/)\.docker\/config\.json$/,
  /(^|\/)\.kube\/config$/,
  /(^|\/)\.(aws|azure|gcloud|ssh|gnupg)\//,
];
const TEMPLATES = /(^|[._-])(example|sample|template|dist|defaults?)(\.[a-z]+)?$/;

/** True for a path that by its name alone is likely to hold a credential; its content is never read. */
export function looksLikeSecret(path: string): boolean {
  const whole = path.toLowerCase();
  const name = whole.slice(whole.lastIndexOf("/") + 1);
  if (TEMPLATES.test(name)) return false;
  return NAMES.some((pattern) => pattern.test(name)) || PATHS.some((pattern) => pattern.test(whole));
}
