const json = (body, status = 200) =>
  new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/json", "retry-after-ms": "1" },
  });

const events = (...chunks) => {
  const lines = [...chunks.map((chunk) => JSON.stringify(chunk)), "[DONE]"].map(
    (data) => `data: ${data}\n\n`,
  );
  // In pieces that end anywhere, as a network gives them.
  const pieces = lines.join("").match(/[^]{1,17}/g);
  const body = new ReadableStream({
    pull: (controller) => {
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  });
  return new Response(body, { headers: { "content-type": "text/event-stream" } });
};

const chunk = (delta, finish_reason = null) => ({
  id: "c1",
  object: "chat.completion.chunk",
  created: 1,
  model: "m",
  choices: [{ index: 0, delta, finish_reason }],
});
const words = () =>
  events(
    chunk({ role: "assistant", content: "a" }),
    chunk({ content: "b" }),
    chunk({ content: "c" }, "stop"),
  );
const answer = (message) =>
  json({
    id: "c1",
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", ...message }, finish_reason: "stop" }],
  });
const question = { model: "m", messages: [{ role: "user", content: "q" }] };
const page = (ids, has_more) => json({ object: "list", data: ids.map((id) => ({ id })), has_more });
const collect = async (iterable, map) => {
  const all = [];
  for await (const each of iterable) all.push(map(each));
  return all;
};
const content = (each) => each.choices[0].delta.content;

/** What a client does with the responses that are given to it, one after the other. */
const observations = {
  create: [[() => answer({ content: "yes" })], (client) => client.chat.completions.create(question)],
  asResponse: [
    [() => answer({})],
    async (client) => (await client.chat.completions.create(question).asResponse()).status,
  ],
  withResponse: [
    [() => answer({})],
    async (client) => Object.keys(await client.chat.completions.create(question).withResponse()),
  ],
  stream: [
    [words],
    async (client) => collect(await client.chat.completions.create({ ...question, stream: true }), content),
  ],
  streamLeft: [
    [words],
    async (client) => {
      const stream = await client.chat.completions.create({ ...question, stream: true });
      for await (const each of stream) return [content(each), stream.controller.signal.aborted];
    },
  ],
  streamTwice: [
    [words],
    async (client) => {
      const stream = await client.chat.completions.create({ ...question, stream: true });
      return [await collect(stream, content), await collect(stream, content)];
    },
  ],
  streamTee: [
    [words],
    async (client) => {
      const stream = await client.chat.completions.create({ ...question, stream: true });
      return Promise.all(stream.tee().map((each) => collect(each, content)));
    },
  ],
  streamToReadable: [
    [words],
    async (client) => {
      const stream = await client.chat.completions.create({ ...question, stream: true });
      return new Response(stream.toReadableStream()).text();
    },
  ],
  streamError: [
    [() => events(chunk({ content: "a" }), { error: { message: "broken", code: "x" } })],
    async (client) => collect(await client.chat.completions.create({ ...question, stream: true }), content),
  ],
  streamHelper: [
    [words],
    async (client) => {
      const log = [];
      const stream = client.chat.completions
        .stream(question)
        .on("content", (delta, all) => log.push([delta, all]));
      return [await stream.finalContent(), log];
    },
  ],
  runTools: [
    [
      () =>
        answer({
          tool_calls: [{ id: "t1", type: "function", function: { name: "double", arguments: '{"n":4}' } }],
        }),
      () => answer({ content: "done" }),
    ],
    async (client) => {
      const double = { name: "double", parameters: {}, parse: JSON.parse, function: async ({ n }) => n * 2 };
      const runner = client.chat.completions.runTools({
        ...question,
        tools: [{ type: "function", function: double }],
      });
      return [await runner.finalContent(), runner.messages];
    },
  ],
  pages: [
    [() => page(["a", "b"], true), () => page(["c"], false)],
    (client) => collect(client.files.list(), ({ id }) => id),
  ],
  pagesByHand: [
    [() => page(["a"], true), () => page(["b"], false)],
    async (client) => {
      const first = await client.files.list();
      const next = await first.getNextPage();
      return [first.hasNextPage(), next.data, next.hasNextPage()];
    },
  ],
  iterPages: [
    [() => page(["a"], true), () => page(["b"], false)],
    async (client) => collect((await client.files.list()).iterPages(), ({ data }) => data.length),
  ],
  retried: [
    [() => json({}, 500), () => json({}, 429), () => answer({ content: "third" })],
    (client) => client.chat.completions.create(question),
  ],
  notRetried: [
    [() => json({ error: { message: "no" } }, 400)],
    (client) => client.chat.completions.create(question),
  ],
  exhausted: [
    [() => json({}, 503), () => json({}, 503), () => json({}, 503)],
    (client) => client.models.list(),
  ],
  notFound: [[() => json({ error: { message: "gone" } }, 404)], (client) => client.models.retrieve("m")],
  unreachable: [
    [
      () => {
        throw new TypeError("refused");
      },
    ],
    (client) => client.models.retrieve("m", { maxRetries: 0 }),
  ],
  timeout: [
    [
      ({ signal }) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    ],
    (client) => client.models.retrieve("m", { maxRetries: 0, timeout: 5 }),
  ],
  aborted: [[() => answer({})], (client) => client.models.retrieve("m", { signal: AbortSignal.abort() })],
  upload: [
    [
      async ({ body, headers }) =>
        json({ text: (await new Response(body, { headers }).formData()).get("purpose") }),
    ],
    async (client, { toFile }) =>
      client.files.create({ file: await toFile(Buffer.from("x"), "x.txt"), purpose: "batch" }),
  ],
  responses: [
    [
      () =>
        events(
          { type: "response.created", response: { id: "r", output: [] } },
          { type: "response.completed", response: { id: "r", output: [] } },
        ),
    ],
    (client) => collect(client.responses.stream({ model: "m", input: "q" }), ({ type }) => type),
  ],
  key: [
    [() => answer({})],
    (client) => client.withOptions({ apiKey: async () => "fresh" }).models.retrieve("m"),
  ],
};

/** @returns what each of them gives or throws, by name. */
export async function observe(load) {
  const openai = load("index.js");
  const log = {};
  for (const [name, [responses, use]] of Object.entries(observations)) {
    const queue = [...responses];
    const fetch = async (url, init) => (String(url) === "data:," ? new Response() : queue.shift()(init));
    const client = new openai.OpenAI({ apiKey: "key", maxRetries: 2, logLevel: "off", fetch });
    const show = (value) => JSON.stringify(value) ?? String(value);
    log[name] = await use(client, openai).then(show, (error) => `${error.constructor.name}: ${error}`);
    log[name] += ` ${queue.length} left`;
  }
  return log;
}
