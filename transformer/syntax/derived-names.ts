/**
 * What the name of a member tells about what it gives: something that goes on using its object, a copy, or a text that says
 * where something is. Types come first; names are for where they do not tell.
 */
import { oneOf, words, wordsOf } from "./member-names";

/** Whether a method gives something that goes on using its object: a statement, a channel, a locator, a view. */
export const isDeriving = oneOf(
  "prepare statement channel createChannel createConfirmChannel locator getByRole getByText getByTestId frameLocator cursor " +
    "find aggregate collection table store objectStore createReadStream createWriteStream readableWebStream iterate stream " +
    "subarray getReader getWriter getTracer child createContext newContext newPage newCDPSession db bucket createTexture " +
    "createBuffer createView consumer producer subscribe session startSession getRepository repository extend with",
);

/** Whether a property is something that reads from its object, or writes to it. */
export const isDerivedMember = oneOf("body stream readable writable stdin stdout stderr manager");

/** Whether a property that holds bytes shows memory of its object. */
export const isMemory = oneOf("bytes data buffer view memory pixels heap array mapped");

/** Whether a method shows memory of its object, and does not copy it: `getMappedRange`, `digestView`. */
export function isViewing(name: string): boolean {
  return wordsOf(name).some((word) => viewing.has(word));
}

const viewing = words("borrow map mapped peek subarray view");

/** Whether a method makes something of what it reads, which stands for itself: `clone`, `toTensor`, `parse`. */
export function isCopying(name: string): boolean {
  return copying.has(wordsOf(name)[0] ?? "");
}

const copying = words(
  "as build clone compile compute convert copy decode detach detached dup duplicate encode export extract finish",
  "freeze from import into load make own parse render serialize slice snapshot take to transfer transform",
);

/** Whether a member leads to what its object belongs to, which is there longer: `page.browser()`, `channel.connection`. */
export const isParent = oneOf(
  "app browser client config configuration connection console context db database document driver engine env global " +
    "logger log options origin owner ownerDocument parent pool process provider registry root server settings source window",
);

/** Whether a name of a type says that its objects read, step by step, from somewhere else. */
export function isReadingType(name: string): boolean {
  return wordsOf(name).some((word) => reading.has(word));
}

const reading = words(
  "channel cursor iterator locator reader session statement stream streams subscription transaction view writer",
);

/** Whether a function wraps what it is given: `createRepository(database)`, `drizzle(client)`. */
export function isWrapping(name: string): boolean {
  const [first] = wordsOf(name);
  return first !== undefined && wrapping.has(first);
}

const wrapping = words("attach bind build create drizzle make new open use with wrap");

/** Whether an option gives a request what it is sent by. */
export const isTransport = oneOf("agent client connection dispatcher httpAgent httpsAgent session transport");

/** Whether a function makes a path of others: as a name, or as a member of what is called like a module of paths. */
export const isPathMaking = oneOf(
  "join resolve normalize pathToFileURL path.join path.resolve path.normalize posix.join posix.resolve posix.normalize",
);

/** Whether a member says where something lies. */
export const isPlace = oneOf(
  "path dir directory folder file filename filePath fullPath name getPath tempPath tmpPath dirname",
);

/** Whether a member says how something is reached over a network. */
export const isAddress = oneOf(
  "address baseUrl baseURL connectionString endpoint getConnectionString getConnectionUri getConnectionURL getHttpUrl getUri " +
    "getUrl href origin uri url wsEndpoint httpUrl wsUrl socketPath",
);

/** Whether a word of a name says that what it makes can be reached while it runs. */
export function isServing(name: string): boolean {
  return wordsOf(name).some((word) => serving.has(word));
}

const serving = words(
  "container emulator launch launcher listen listener listening ngrok proxy serve server servers serves serving tunnel",
);

/** Whether a word of a name says that what it makes is there for a while only. */
export function isTemporary(name: string): boolean {
  return wordsOf(name).some((word) => /^te?mp|^scratch|^mkdtemp/.test(word));
}

/** Whether a method removes what its object stands for: `remove`, `cleanup`, `removeCallback`, `unlink`. */
export function isRemoving(name: string): boolean {
  return wordsOf(name).some((word) => removing.has(word));
}

const removing = words("cleanup remove rm rmdir unlink");

/** Whether a property of an element says where to load from, which it does by itself. */
export const isLoading = oneOf("src href srcset poster");
