import type ts from "typescript";
import { messageOf } from "../diagnostics/create-diagnostic";
import type { Options } from "../diagnostics/options";
import type { DiagnosticKey } from "../diagnostics/table";
import { addLexicalNames, addVarNames, namesOfBindings } from "../syntax/declared-names";
import { hasForeignDirective, type Lowering } from "../syntax/find-directives";
import type { FunctionNode } from "../syntax/function-node";
import { assignedNames } from "./constant-names";
import type { EmitFacts } from "./emit-facts";
import type { EmittedSuspension } from "./emit-facts";
import type { FileMentions } from "./file-mentions";
import { type Frame, isTopLevelName } from "./frame";
import { keepOnLines } from "./keep-on-lines";
import { placeProgram } from "./place-program";
import type {
  BodyPlan,
  Captures,
  FunctionPlan,
  MarkerReference,
  ProgramPlan,
  RejectPlan,
  ScopeOwner,
  UnrolledScopes,
} from "./plan-types";
import { type Survey, surveyFunction } from "./survey-function";
import { findUnrolledScopes } from "./unrolled-scopes";

/** A call of the marker, or a list of `using` declarations. */
export interface RecordedAcquisition {
  readonly node: ts.CallExpression | ts.VariableDeclarationList;
  readonly owner: ScopeOwner;
  readonly frame: Frame;
  /** `undefined` for `using`. */
  readonly marker: MarkerReference | undefined;
  /** `await raii(x)`, `await using`. */
  readonly isAsync: boolean;
}

/** A call of `move` or `moveAsync`. */
export interface RecordedMove {
  readonly node: ts.CallExpression;
  readonly marker: MarkerReference;
}

/** What the walk over a file has noted of one function. */
export interface FunctionRecord {
  readonly node: FunctionNode;
  /** The function it stands in. */
  readonly outer: FunctionRecord | undefined;
  /** Its name, or that of the variable or member it is the value of; `undefined` where there is none in the text. */
  readonly name: string | undefined;
  /** By its own directive or tag. */
  readonly isAnnotated: boolean;
  /** The lowering that these ask for. */
  readonly lowering: Lowering | undefined;
  /** The environment the function stands in. */
  readonly frame: Frame;
  /** An arrow function whose `this` is that of a derived class's constructor. */
  readonly inDerivedConstructor: boolean;
  readonly acquisitions: RecordedAcquisition[];
  readonly moves: RecordedMove[];
  /** Whether it has an `await` of its own. */
  awaits: boolean;
  /** Its `raii(x)` and `await` in places that TypeScript's own emit does something to. */
  readonly suspensions: {
    readonly node: ts.Node;
    readonly place: Exclude<EmittedSuspension, "kept">;
  }[];
  /** What keeps the function from being lowered. */
  readonly obstacles: {
    readonly key: DiagnosticKey;
    readonly node: ts.Node;
    readonly args: readonly string[];
  }[];
}

interface FileContext {
  readonly tsInstance: typeof ts;
  readonly sourceFile: ts.SourceFile;
  readonly options: Options;
  readonly fileIsAnnotated: boolean;
  /** What the file asks for, or else the options. */
  readonly lowering: Lowering;
  /** One that is called somewhere in the file. */
  readonly liveMarker: MarkerReference | undefined;
  /** What has been decided so far: of every function around this one. */
  readonly functions: ReadonlyMap<ts.Node, FunctionPlan>;
  readonly namesOfJsx: readonly string[] | undefined;
  readonly emit: EmitFacts;
  /** The text is written with each statement on its line, where that can be. */
  readonly keepsLines: boolean;
  readonly mentions: () => FileMentions;
  readonly reportAt: (key: DiagnosticKey, node: ts.Node, ...args: string[]) => void;
}

/** Decides what becomes of a function; `undefined`: it stays as it is. */
export function analyzeFunction(file: FileContext, record: FunctionRecord): FunctionPlan | undefined {
  const { tsInstance, fileIsAnnotated, reportAt } = file;
  const { node, isAnnotated, acquisitions, moves, suspensions, obstacles } = record;
  const marked = [...acquisitions, ...moves].filter(({ marker }) => marker !== undefined);

  if (!isAnnotated && !fileIsAnnotated) {
    const where = `in ${describeFunction(tsInstance, record)}, which is not annotated,`;
    for (const { node: call, marker } of marked)
      reportAt("raii-outside-annotated-function", call, marker!.name, where);
    return undefined;
  }
  const { isAsync, isGenerator } = kindOf(tsInstance, node);
  const marker = marked[0]?.marker ?? markerForUsings(file, record);
  // An annotated async function can be cancelled, also if it acquires nothing.
  if (
    marker === undefined &&
    !(isCancellable(tsInstance, record) && tsInstance.isExternalModule(file.sourceFile))
  )
    return undefined;

  if (obstacles.length > 0) return reject(file, record, obstacles);

  const shadows = (inner: Frame): boolean =>
    marker !== undefined && !isTopLevelName(inner, marker.identifier.text);
  const body = {
    marker,
    isMarkerShadowed: acquisitions.some((each) => shadows(each.frame)),
    acquisitions: new Map(acquisitions.map((each) => [each.node, each])),
    moves: new Map(moves.map((each) => [each.node, each.marker])),
    scopes: scopesOf(acquisitions),
    isAsync,
  };
  const mustBeInline =
    isGenerator ||
    tsInstance.isConstructorDeclaration(node) ||
    file.emit.isES5 ||
    hasForeignDirective(tsInstance, node) || // a program would stand beside it
    suspensions.some(({ place }) => place === "moved") ||
    (acquisitions.length === 0 && moves.length > 0); // nothing is held, so that each move throws
  const mustBeProgram = suspensions.some(({ place }) => place === "method-name");
  const isInline = mustBeInline || ((record.lowering ?? file.lowering) === "inline" && !mustBeProgram);
  const program = isInline ? undefined : analyzeProgram(file, record, body);
  if (program !== undefined) return program;
  const unreachable = unreachableAwaits(record);
  if (unreachable.length > 0) return reject(file, record, unreachable);
  const unrolled = unrollScopes(file, record);
  const needMarker = acquisitions.filter(({ owner }) => !unrolled.has(owner));
  return {
    kind: "inline",
    ...body,
    isMarkerShadowed: needMarker.some((each) => shadows(each.frame)),
    isGenerator,
    unrolled,
  };
}

/** Whether a function is compiled because a cancellation can reach it: by its own annotation, where it awaits something. */
export function isCancellable(
  tsInstance: typeof ts,
  { node, isAnnotated, awaits }: Pick<FunctionRecord, "node" | "isAnnotated" | "awaits">,
): boolean {
  const { isAsync, isGenerator } = kindOf(tsInstance, node);
  return isAnnotated && awaits && isAsync && !isGenerator;
}

/**
 * The scopes of a function that are unrolled when it is lowered inline. A moved handle needs a scope to be moved out of, and
 * so does an async generator.
 */
function unrollScopes({ tsInstance, emit, mentions }: FileContext, record: FunctionRecord): UnrolledScopes {
  const { node, acquisitions, moves } = record;
  const { body } = node;
  const { isAsync, isGenerator } = kindOf(tsInstance, node);
  if (isAsync && isGenerator) return new Map();
  if (emit.isES5 || moves.length > 0 || body === undefined || !tsInstance.isBlock(body)) return new Map();
  const owners = new Map<ScopeOwner, RecordedAcquisition[]>();
  for (const owner of scopesOf(acquisitions).keys()) owners.set(owner, []);
  for (const each of acquisitions) owners.get(each.owner)?.push(each);
  return findUnrolledScopes(tsInstance, node, body, owners, mentions);
}

/** Reports why a function cannot be lowered. */
function reject(
  file: FileContext,
  record: FunctionRecord,
  obstacles: FunctionRecord["obstacles"],
): RejectPlan {
  for (const { key, node, args } of obstacles) file.reportAt(key, node, ...args);
  const description = describeFunction(file.tsInstance, record);
  const place = positionOf(file, record.node);
  return {
    kind: "reject",
    message: `${description} in ${place} was not compiled: ${messageOf(obstacles[0]!)}`,
  };
}

/** Inline, an `await raii(x)` is an `await` where it stood, which TypeScript takes out of its function there. */
function unreachableAwaits({ acquisitions, suspensions }: FunctionRecord): FunctionRecord["obstacles"] {
  return acquisitions
    .filter(({ node, isAsync }) => isAsync && suspensions.some((each) => each.node === node))
    .map(({ node }) => ({ key: "await-raii-moved", node, args: [] }));
}

/** The plan of a program; `undefined` where a program would mean something else by what the function says. */
function analyzeProgram(file: FileContext, record: FunctionRecord, body: BodyPlan): ProgramPlan | undefined {
  const { tsInstance } = file;
  const { node, frame, moves } = record;
  const survey = surveyFunction(tsInstance, node, file.namesOfJsx, file.emit.emitsTypes);
  // What a direct `eval` says can be about anything: `arguments`, `super`, a name that is a parameter of the program only.
  if (survey.names.has("eval")) return undefined;

  const captures = analyzeCaptures(tsInstance, record, survey);
  if (captures.this === "lazy" && survey.thisInTag) return undefined; // a call cannot stand in a tag
  const { self } = captures;
  // To assign to the name of a function expression is an error, which to assign to a parameter is not.
  if (self !== undefined && assignedNames(tsInstance, node).has(self.text)) return undefined;
  const ownNames = new Set(namesOfFunction(tsInstance, node));
  if (tsInstance.isFunctionExpression(node) && node.name !== undefined) ownNames.add(node.name.text);
  const isHoistedFunction = tsInstance.isFunctionDeclaration(node);
  const { placement, constants } = placeProgram({
    node,
    frame,
    survey,
    ownNames,
    isHoistedFunction,
    keepsPrivateNames: file.emit.keepsPrivateNames,
    functions: file.functions,
  });
  const { sourceFile, keepsLines } = file;
  const inPlace = { sourceFile, node, frame, captures, isAsync: body.isAsync, isHoistedFunction };
  return {
    kind: "program",
    ...body,
    captures,
    constants,
    placement: keepsLines ? keepOnLines(inPlace, placement) : placement,
    name: record.name ?? "anonymous",
    namesFunctionScope: moves.length > 0 && body.scopes.has("function"),
  };
}

/** The owners of acquisitions, with the kind of scope each needs. */
function scopesOf(acquisitions: readonly RecordedAcquisition[]): Map<ScopeOwner, "sync" | "async"> {
  const scopes = new Map<ScopeOwner, "sync" | "async">();
  for (const { owner, isAsync } of acquisitions) {
    if (isAsync || !scopes.has(owner)) scopes.set(owner, isAsync ? "async" : "sync");
  }
  return scopes;
}

/**
 * `using` alone means the same natively; it is taken over (S6) where the runtime can be reached: another function calls
 * the marker, which keeps the import alive, and nothing in this one has its name.
 */
function markerForUsings(
  { tsInstance, liveMarker }: FileContext,
  { node, isAnnotated, frame, acquisitions }: FunctionRecord,
): MarkerReference | undefined {
  if (liveMarker === undefined || !isAnnotated || acquisitions.length === 0) return undefined;
  const { text } = liveMarker.identifier;
  const isVisible = isTopLevelName(frame, text) && !namesOfFunction(tsInstance, node).has(text);
  return isVisible ? liveMarker : undefined;
}

function analyzeCaptures(tsInstance: typeof ts, record: FunctionRecord, survey: Survey): Captures {
  const { node, inDerivedConstructor } = record;
  const ownName = tsInstance.isFunctionExpression(node) ? node.name : undefined;
  const isSelfReferring = ownName !== undefined && (survey.names.has(ownName.text) || survey.mentionsAnyName);
  return {
    this: !survey.this ? "none" : inDerivedConstructor ? "lazy" : "eager",
    arguments: survey.arguments,
    newTarget: survey.newTarget,
    superProperty: survey.superProperty,
    superAssignment: survey.superAssignment,
    superCall: survey.superCall,
    self: isSelfReferring && !namesOfFunction(tsInstance, node).has(ownName.text) ? ownName : undefined,
  };
}

/** The names of a function's parameters and of the top level of its body. */
function namesOfFunction(tsInstance: typeof ts, { parameters, body }: FunctionNode): ReadonlySet<string> {
  const names = namesOfBindings(tsInstance, parameters);
  if (body !== undefined && tsInstance.isBlock(body)) {
    addVarNames(tsInstance, body, addLexicalNames(tsInstance, body.statements, names));
  }
  return names;
}

/** What a function gives when it is called. */
export function kindOf(
  tsInstance: typeof ts,
  node: FunctionNode,
): Record<"isAsync" | "isGenerator", boolean> {
  return {
    isAsync: node.modifiers?.some(({ kind }) => kind === tsInstance.SyntaxKind.AsyncKeyword) ?? false,
    isGenerator: "asteriskToken" in node && node.asteriskToken !== undefined,
  };
}

/** What a message calls a function. */
export function describeFunction(
  tsInstance: typeof ts,
  { node, name }: Pick<FunctionRecord, "node" | "name">,
): string {
  if (tsInstance.isConstructorDeclaration(node)) return "a constructor";
  if (name !== undefined) return `function "${name}"`;
  return tsInstance.isArrowFunction(node) ? "an arrow function" : "an anonymous function";
}

/** File name, without the machine's folders, and line of a function: the text ends up in emitted code. */
function positionOf({ sourceFile }: FileContext, node: FunctionNode): string {
  const file = sourceFile.fileName.replace(/^.*[/\\]/, "");
  if (node.pos < 0) return file;
  return `${file}:${sourceFile.getLineAndCharacterOfPosition(node.getStart(sourceFile)).line + 1}`;
}
