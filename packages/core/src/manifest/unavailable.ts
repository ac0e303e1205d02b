import type { UnavailableAsk } from "../bottle/spec.ts";
import { type Field, fromOf, type Section } from "./section.ts";

function isFilled({ value }: Field<unknown>): boolean {
  const tree = value as { readonly entries?: ReadonlyMap<string, unknown>; readonly items?: readonly unknown[] };
  return (tree.entries?.size ?? tree.items?.length ?? 0) > 0;
}

function ask(key: string, field: Field<unknown> | undefined): readonly UnavailableAsk[] {
  return field === undefined ? [] : [{ key, from: fromOf(field) }];
}

function askWhenFilled(key: string, field: Field<unknown> | undefined): readonly UnavailableAsk[] {
  return field !== undefined && isFilled(field) ? ask(key, field) : [];
}

function askWhenTrue(key: string, field: Field<boolean> | undefined): readonly UnavailableAsk[] {
  return field?.value === true ? ask(key, field) : [];
}

/** What a merged bottle asks for explicitly and this version cannot do; a default never counts. */
export function unavailableInBottle(bottle: Section): readonly UnavailableAsk[] {
  const egress = bottle.section("egress");
  return [
    ...askWhenFilled("git-gate.repos", bottle.section("git-gate").node("repos")),
    ...askWhenFilled("egress.presets", egress.node("presets")),
    ...egress
      .sections("routes")
      .flatMap((route) => [
        ...ask("egress.routes[].dlp", route.node("dlp")),
        ...ask("egress.routes[].limits", route.node("limits")),
        ...askWhenTrue("egress.routes[].websocket", route.flag("websocket")),
      ]),
  ];
}

/** The same for `config.yml`. */
export function unavailableInConfig(config: Section): readonly UnavailableAsk[] {
  return [...ask("notify", config.node("notify")), ...askWhenFilled("plugins", config.node("plugins"))];
}
