/**
 * Runs several things at once and waits for all of them, whatever happens, so that an undo after it sees everything that
 * was made. The first failure stops the others through their signal and is thrown.
 * @param signal stops all of them
 */
export async function together<T extends Readonly<Record<string, unknown>>>(
  signal: AbortSignal,
  begin: (signal: AbortSignal) => { readonly [K in keyof T]: Promise<T[K]> },
): Promise<T> {
  const failed = new AbortController();
  let first: { readonly error: unknown } | undefined;
  const works = Object.entries<Promise<unknown>>(begin(AbortSignal.any([signal, failed.signal])));
  for (const [, work] of works) {
    work.catch((error: unknown) => {
      first ??= { error };
      failed.abort(error);
    });
  }
  const results = await Promise.allSettled(works.map(async ([key, work]) => [key, await work] as const));
  if (first !== undefined) throw first.error;
  signal.throwIfAborted();
  return Object.fromEntries(
    results.flatMap((result) => (result.status === "fulfilled" ? [result.value] : [])),
  ) as unknown as T;
}
