// Packages that ship their TypeScript sources, and what is observed of each. `load` gives a module of the sources.

/** How a package behaves, as text by the name of each observation. */
const uses = {
  zod: async (load) => {
    const { z } = load("index");
    const user = z.object({
      name: z.string().min(2),
      mail: z.email(),
      age: z.coerce.number().int().optional(),
      tags: z.array(z.enum(["a", "b"])).default([]),
    });
    const tree = z.object({ get children() { return z.array(tree); } }); // prettier-ignore
    return {
      good: user.parse({ name: "Ada", mail: "ada@example.org", age: "36" }),
      bad: user.safeParse({ name: "A", mail: "none", age: 1.5, tags: ["c"] }).error?.issues,
      async: await z.string().refine(async (text) => text.length > 3, "short").safeParseAsync("abc"), // prettier-ignore
      union: z.discriminatedUnion("kind", [z.object({ kind: z.literal("x") })]).safeParse({ kind: "y" })
        .success,
      tree: tree.parse({ children: [{ children: [] }] }),
      schema: z.toJSONSchema(user, { io: "input" }),
    };
  },
  immer: async (load) => {
    const immer = load("immer");
    immer.enablePatches();
    immer.enableMapSet();
    const base = { list: [1, 2, { deep: true }], map: new Map([["a", { n: 1 }]]) };
    const [next, patches, inverse] = immer.produceWithPatches(base, (draft) => {
      draft.list.push(3);
      draft.list[2].deep = false;
      draft.map.get("a").n++;
    });
    return {
      next: [next.list, [...next.map]],
      patches,
      back: immer.applyPatches(next, inverse).list,
      frozen: Object.isFrozen(next.list),
    };
  },
  redux: async (load) => {
    const { applyMiddleware, combineReducers, createStore } = load("index");
    const seen = [];
    const logger = () => (next) => (action) => (seen.push(action.type), next(action));
    const reducer = combineReducers({
      n: (n = 0, { type }) => (type === "add" ? n + 1 : n),
      last: (_ = "", { type }) => type,
    });
    const store = createStore(reducer, applyMiddleware(logger));
    store.subscribe(() => seen.push(store.getState().n));
    store.dispatch({ type: "add" });
    store.dispatch({ type: "other" });
    return { seen, n: store.getState().n };
  },
  reselect: async (load) => {
    const { createSelector, createStructuredSelector } = load("index");
    const sum = createSelector([(s) => s.a, (s) => s.b], (a, b) => a + b, { devModeChecks: { inputStabilityCheck: "never" } }); // prettier-ignore
    const results = [sum({ a: 1, b: 2 }), sum({ a: 1, b: 2 }), sum({ a: 2, b: 2 }), sum.recomputations()];
    return { results, structured: createStructuredSelector({ a: (s) => s.a })({ a: 5 }) };
  },
  "@reduxjs/toolkit": async (load) => {
    const { configureStore, createAsyncThunk, createEntityAdapter, createListenerMiddleware, createSlice } =
      load("index");
    const adapter = createEntityAdapter();
    const load1 = createAsyncThunk("load", async (id) => ({ id, text: `item ${id}` }));
    const slice = createSlice({
      name: "items",
      initialState: adapter.getInitialState({ loading: false }),
      reducers: { removed: adapter.removeOne },
      extraReducers: (builder) =>
        builder
          .addCase(load1.pending, (state) => void (state.loading = true))
          .addCase(load1.fulfilled, (state, { payload }) =>
            adapter.addOne({ ...state, loading: false }, payload),
          ),
    });
    const listener = createListenerMiddleware();
    const heard = [];
    listener.startListening({
      actionCreator: slice.actions.removed,
      effect: ({ payload }) => heard.push(payload),
    });
    const store = configureStore({
      reducer: { items: slice.reducer },
      middleware: (defaults) => defaults().prepend(listener.middleware),
    });
    await store.dispatch(load1(1));
    await store.dispatch(load1(2));
    store.dispatch(slice.actions.removed(1));
    await new Promise(setImmediate);
    return { state: store.getState(), heard };
  },
  "@tanstack/query-core": async (load) => {
    const { MutationObserver, QueryClient, QueryObserver } = load("index");
    const client = new QueryClient({ defaultOptions: { queries: { retryDelay: 1 } } });
    let failures = 2;
    const queryFn = async () => {
      if (failures-- > 0) throw new Error("not yet");
      return "data";
    };
    const fetched = await client.fetchQuery({ queryKey: ["a"], queryFn, retry: 3 });
    const states = [];
    const observer = new QueryObserver(client, {
      queryKey: ["b"],
      queryFn: async () => "b",
      select: (b) => b + b,
    });
    const stop = observer.subscribe(({ status, data }) => states.push([status, data]));
    await client.refetchQueries({ queryKey: ["b"] });
    stop();
    const mutation = new MutationObserver(client, { mutationFn: async (n) => n * 2 });
    const doubled = await mutation.mutate(21);
    client.setQueryData(["a"], (old) => `${old} set`);
    const all = client.getQueryCache().getAll().map(({ queryHash }) => queryHash); // prettier-ignore
    client.clear();
    return { fetched, states, doubled, all };
  },
  "@noble/hashes": async (load) => {
    const text = new Uint8Array(300).map((_, index) => index);
    const hex = (bytes) => Buffer.from(bytes).toString("hex");
    const { scrypt } = load("scrypt");
    const { hmac } = load("hmac");
    const { sha256, sha512 } = load("sha2");
    return {
      sha2: [hex(sha256(text)), hex(sha512(text))],
      sha3: hex(load("sha3").keccak_256(text)),
      blake: [hex(load("blake2").blake2b(text)), hex(load("blake3").blake3(text, { dkLen: 40 }))],
      ripemd: hex(load("legacy").ripemd160(text)),
      hmac: hex(hmac(sha256, text.slice(0, 32), text)),
      scrypt: hex(scrypt("password", "salt", { N: 16, r: 8, p: 1, dkLen: 32 })),
      argon: hex(load("argon2").argon2id("password", "saltysalt", { t: 1, m: 64, p: 1 })),
      pbkdf: hex(await load("pbkdf2").pbkdf2Async(sha512, "password", "salt", { c: 3, dkLen: 32 })),
    };
  },
};

/** Observations that the suite of the transformer has, too. */
const others = ["rxjs", "effect", "openai"];

export const textPackages = {
  rxjs: "7.8.2",
  effect: "3.22.4",
  openai: "6.49.0",
  zod: "4.6.7",
  immer: "11.2.13",
  redux: "5.0.1",
  reselect: "5.3.0",
  "@reduxjs/toolkit": "2.15.0",
  "@tanstack/query-core": "5.108.4",
  "@noble/hashes": "1.8.0",
};

/** What is observed of a package. */
export async function observeText(name, load) {
  if (others.includes(name)) return (await import(`./observe-${name}.mjs`)).observe(load);
  const observed = await uses[name](load);
  return Object.fromEntries(Object.entries(observed).map(([key, value]) => [key, JSON.stringify(value)]));
}
