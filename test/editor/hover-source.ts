/** Scopes of every kind. */
export const hoverSource = `import { move, raii, resource } from "ts-raii";
declare const lock: Disposable;
declare const server: AsyncDisposable;
declare function open(name: string): Disposable & { name: string };

export function order(): string {
  "use raii";
  const a = raii(open("a"));
  {
    const inner = raii(open("inner"));
    raii(lock);
  }
  const { name } = raii(open("b"));
  return a.name + name;
}

export function loops(names: string[]): void {
  "use raii";
  for (const each of raii(resource(() => names, () => {}))) {
    const item = raii(open(each));
    var kept = raii(open(item.name));
  }
  while (names.pop()) raii(open("unbraced"));
  void kept!;
}

export function switched(kind: number): void {
  "use raii";
  switch (kind) {
    case 1: raii(open("one")); break;
    default: raii(open("other"));
  }
}

export async function asynchronous(): Promise<void> {
  "use raii";
  const far = await raii(server);
  using near = lock;
  await using both = server;
  void [far, near, both];
}

export function* generated(): Generator<number> {
  "use raii";
  const g = raii(open("g"));
  yield g.name.length;
}

export class Made {
  constructor() {
    "use raii";
    const c = raii(open("c"));
    void c;
  }
}

export function plain(): void {
  using first = lock, second = lock;
  for (using turn of [lock]) void turn;
  void [first, second];
}

export function unannotated(): void {
  const not = raii(open("not"));
  void not;
}

export function handOver(isReady: boolean) {
  "use raii";
  const stays = raii(lock);
  const goes = raii(open("goes"));
  if (isReady) return move(goes);
  void stays;
}
`;

/** What is said at the bar. */
export const hoverTexts: readonly { readonly at: string; readonly says: string }[] = [
  {
    at: 'const a = ra|ii(open("a"))',
    says: 'Released when the function returns, line 15, after `raii(open("b"))`.',
  },
  {
    at: 'const a = |raii(open("a"))',
    says: 'Released when the function returns, line 15, after `raii(open("b"))`.',
  },
  { at: "const inner = raii|(", says: "Released at the end of this block, line 12, after `raii(lock)`." },
  { at: "    r|aii(lock);", says: "Released at the end of this block, line 12, before `inner`." },
  { at: "of r|aii(resource(() => names", says: "Released at the end of the loop, line 22." },
  { at: "const item = r|aii(", says: "Released at the end of each iteration, line 22." },
  {
    at: "var kept = r|aii(",
    says: "Released when the function returns, line 25. Each time this is reached one more is held.",
  },
  { at: "while (names.pop()) r|aii(", says: "Released at the end of each iteration, line 23." },
  { at: "case 1: r|aii(", says: 'Released at the end of the switch, line 32, after `raii(open("other"))`.' },
  {
    at: "const far = await r|aii(",
    says: "Released, and awaited, when the function returns, line 41, after `near`.",
  },
  {
    at: "u|sing near = lock",
    says: "Released when the function returns, line 41, after `both`, before `far`.",
  },
  {
    at: "await u|sing both",
    says: "Released, and awaited, when the function returns, line 41, before `near`.",
  },
  { at: "const g = r|aii(", says: "Released when the generator ends or is closed, line 47." },
  { at: "const c = r|aii(", says: "Released when the constructor returns, line 54." },
  {
    at: "u|sing first",
    says: "`second`: Released when the function returns, line 61, before `first`.\n\n`first`: Released when the function returns, line 61, after `second`.",
  },
  { at: "(u|sing turn", says: "Released at the end of each iteration, line 59." },
  { at: "const not = r|aii(", says: "" },
  {
    at: "const goes = r|aii(",
    says: "Released when the function returns, line 74, before `stays`, unless moved in line 72.",
  },
  { at: "const stays = r|aii(", says: "Released when the function returns, line 74, after `goes`." },
];

/** What is said at the brace in column `column` of a line. */
export const braceTexts: readonly {
  readonly line: number;
  readonly column: number;
  readonly says: string;
}[] = [
  {
    line: 12,
    column: 3,
    says: "} // releases raii(lock), inner\nReleased at the end of this block:\n1. `raii(lock)`, line 11\n2. `inner`, line 10",
  },
  {
    line: 12,
    column: 4,
    says: "} // releases raii(lock), inner\nReleased at the end of this block:\n1. `raii(lock)`, line 11\n2. `inner`, line 10",
  },
  {
    line: 15,
    column: 1,
    says: '} // releases raii(open("b")), a\nReleased when the function returns:\n1. `raii(open("b"))`, line 13\n2. `a`, line 8',
  },
  {
    line: 22,
    column: 3,
    says: "} // releases item, raii(resource(() => names, () => {}))\nReleased at the end of each iteration:\n1. `item`, line 20\n\nReleased at the end of the loop:\n1. `raii(resource(() => names, () => {}))`, line 19",
  },
  {
    line: 25,
    column: 1,
    says: "} // releases kept\nReleased when the function returns:\n1. `kept`, line 21, each that was acquired",
  },
  {
    line: 41,
    column: 1,
    says: "} // releases both, near, far\nReleased when the function returns:\n1. `both`, line 39, awaited\n2. `near`, line 38\n3. `far`, line 37, awaited",
  },
  {
    line: 74,
    column: 1,
    says: "} // releases goes, stays\nReleased when the function returns:\n1. `goes`, line 71, unless moved in line 72\n2. `stays`, line 70",
  },
  { line: 55, column: 1, says: "" },
  { line: 66, column: 1, says: "" },
];
