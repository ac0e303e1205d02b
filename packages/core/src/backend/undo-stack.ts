type Undo = () => Promise<void> | void;

/** Undo actions, run newest first. A failed one never keeps the others from running. */
export class UndoStack {
  readonly #actions: { readonly title: string; readonly undo: Undo }[] = [];

  /** Call right after the thing exists. @param title what is undone, for the report of a failed undo */
  defer(title: string, undo: Undo): void {
    this.#actions.push({ title, undo });
  }

  /** Forgets the actions: what they would undo belongs to the caller now. */
  release(): void {
    this.#actions.length = 0;
  }

  /** @returns errors of the actions that failed, in the order in which they ran */
  async unwind(): Promise<{ readonly title: string; readonly error: unknown }[]> {
    const failed: { readonly title: string; readonly error: unknown }[] = [];
    for (const { title, undo } of this.#actions.splice(0).reverse()) {
      try {
        await undo();
      } catch (error) {
        failed.push({ title, error });
      }
    }
    return failed;
  }
}
