type Undo = () => Promise<void> | void;

export interface FailedUndo {
  /** what was to be undone */
  readonly title: string;
  readonly error: unknown;
}

/** Undo actions, run newest first. A failed one never keeps the others from running. */
export class UndoStack {
  readonly #actions: { readonly title: string; readonly undo: Undo }[] = [];
  #isUnwound = false;

  /**
   * Call right after the thing exists. What comes into being too late, after `unwind`, is undone at once.
   * @param title what is undone, for the report of a failed undo
   */
  defer(title: string, undo: Undo): void {
    if (this.#isUnwound) void runUndo({ title, undo });
    else this.#actions.push({ title, undo });
  }

  /** Forgets the actions: what they would undo belongs to the caller now. */
  release(): void {
    this.#actions.length = 0;
  }

  /** @returns the actions that failed, in the order in which they ran */
  async unwind(): Promise<readonly FailedUndo[]> {
    const failed: FailedUndo[] = [];
    for (let action = this.#actions.pop(); action !== undefined; action = this.#actions.pop()) {
      const failure = await runUndo(action);
      if (failure !== undefined) failed.push(failure);
    }
    this.#isUnwound = true;
    return failed;
  }
}

async function runUndo({
  title,
  undo,
}: {
  readonly title: string;
  readonly undo: Undo;
}): Promise<FailedUndo | undefined> {
  try {
    await undo();
    return undefined;
  } catch (error) {
    return { title, error };
  }
}
