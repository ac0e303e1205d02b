import { describe, expect, it, jest } from "@jest/globals";
import { UndoStack } from "../../../src/backend/undo-stack.ts";

describe("UndoStack", () => {
  it("undoes newest first, one after the other", async () => {
    const undo = new UndoStack();
    const order: string[] = [];
    for (const name of ["network", "sidecar", "machine"]) {
      undo.defer(name, async () => {
        order.push(`${name} begins`);
        await Promise.resolve();
        order.push(`${name} ends`);
      });
    }
    expect(await undo.unwind()).toEqual([]);
    expect(order).toEqual(["machine", "sidecar", "network"].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  it("goes on after a failure, thrown or rejected, and reports each", async () => {
    const undo = new UndoStack();
    const last = jest.fn<() => void>();
    undo.defer("network", last);
    undo.defer("sidecar", () => Promise.reject(new Error("busy")));
    undo.defer("machine", () => {
      throw new Error("gone");
    });
    const failed = await undo.unwind();
    expect(failed.map(({ title, error }) => `${title}: ${String(error)}`)).toEqual([
      "machine: Error: gone",
      "sidecar: Error: busy",
    ]);
    expect(last).toHaveBeenCalledTimes(1);
  });

  it("undoes what is deferred while it unwinds, and after it", async () => {
    const undo = new UndoStack();
    const [during, late] = [jest.fn<() => void>(), jest.fn<() => void>()];
    undo.defer("machine", () => {
      undo.defer("made by a parallel branch", during);
    });
    expect(await undo.unwind()).toEqual([]);
    expect(during).toHaveBeenCalledTimes(1);
    undo.defer("made too late", late);
    expect(late).toHaveBeenCalledTimes(1);
    undo.defer("made too late and stuck", () => Promise.reject(new Error("unheard")));
  });

  it("runs nothing twice, and nothing that was released", async () => {
    const undo = new UndoStack();
    const [once, never] = [jest.fn<() => void>(), jest.fn<() => void>()];
    undo.defer("once", once);
    await undo.unwind();
    await undo.unwind();
    expect(once).toHaveBeenCalledTimes(1);
    const released = new UndoStack();
    released.defer("never", never);
    released.release();
    await released.unwind();
    expect(never).not.toHaveBeenCalled();
  });
});
