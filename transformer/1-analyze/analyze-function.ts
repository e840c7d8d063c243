import type ts from "typescript";
import { type DiagnosticKey, messageOf } from "../diagnostics";
import type { Options } from "../options";
import { assignedNames } from "./constant-names";
import { addLexicalNames, addVarNames, namesOfBindings } from "./declared-names";
import { type Frame, isTopLevelName } from "./frame";
import { placeProgram } from "./place-program";
import type { Captures, FunctionNode, FunctionPlan, MarkerReference, ScopeOwner } from "./plan";
import { surveyFunction, type Survey } from "./survey-function";

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
  /** Its name, or that of the variable or member it is the value of; `undefined` where there is none in the text. */
  readonly name: string | undefined;
  /** By its own directive or tag. */
  readonly isAnnotated: boolean;
  /** The environment the function stands in. */
  readonly frame: Frame;
  /** An arrow function whose `this` is that of a derived class's constructor. */
  readonly inDerivedConstructor: boolean;
  readonly acquisitions: RecordedAcquisition[];
  readonly moves: RecordedMove[];
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
  /** One that is called somewhere in the file. */
  readonly liveMarker: MarkerReference | undefined;
  /** What has been decided so far: of every function around this one. */
  readonly functions: ReadonlyMap<ts.Node, FunctionPlan>;
  readonly namesOfJsx: readonly string[] | undefined;
  readonly keepsPrivateNames: boolean;
  readonly say: (key: DiagnosticKey, node: ts.Node, ...args: string[]) => void;
}

/** Decides what becomes of a function; `undefined`: it stays as it is. */
export function analyzeFunction(file: FileContext, record: FunctionRecord): FunctionPlan | undefined {
  const { tsInstance, fileIsAnnotated, say } = file;
  const { node, isAnnotated, frame, acquisitions, moves, obstacles } = record;
  const marked = [...acquisitions, ...moves].filter(({ marker }) => marker !== undefined);

  if (!isAnnotated && !fileIsAnnotated) {
    const where = `in ${describeFunction(tsInstance, record)}, which is not annotated,`;
    for (const { node: call, marker } of marked)
      say("raii-outside-annotated-function", call, marker!.name, where);
    return undefined;
  }
  const marker = marked[0]?.marker ?? markerForUsings(file, record);
  if (marker === undefined) return undefined;

  for (const { key, node: at, args } of obstacles) say(key, at, ...args);
  if (obstacles[0] !== undefined) {
    const description = describeFunction(tsInstance, record);
    return {
      kind: "reject",
      message: `${description} in ${positionOf(file, node)} was not compiled: ${messageOf(obstacles[0])}`,
    };
  }

  const { isAsync, isGenerator } = kindOf(tsInstance, node);
  const body = {
    marker,
    isMarkerShadowed: acquisitions.some((each) => !isTopLevelName(each.frame, marker.identifier.text)),
    acquisitions: new Map(acquisitions.map((each) => [each.node, each])),
    moves: new Map(moves.map((each) => [each.node, each.marker])),
    scopes: scopesOf(acquisitions),
    isAsync,
  };
  const inline = { kind: "inline", ...body, isGenerator } as const;
  const isInline =
    isGenerator ||
    tsInstance.isConstructorDeclaration(node) ||
    file.options.lowering === "inline" ||
    acquisitions.length === 0; // nothing is held, so that each move throws
  if (isInline) return inline;
  const survey = surveyFunction(tsInstance, node, file.namesOfJsx);
  // What a direct `eval` says can be about anything: `arguments`, `super`, a name that is a parameter of the program only.
  if (survey.names.has("eval")) return inline;

  const captures = analyzeCaptures(tsInstance, record, survey);
  if (captures.this === "lazy" && survey.thisInTag) return inline; // a call cannot stand in a tag
  const { self } = captures;
  // To assign to the name of a function expression is an error, which to assign to a parameter is not.
  if (self !== undefined && assignedNames(tsInstance, node).has(self.text)) return inline;
  const ownNames = new Set(namesOfFunction(tsInstance, node));
  if (tsInstance.isFunctionExpression(node) && node.name !== undefined) ownNames.add(node.name.text);
  return {
    kind: "program",
    ...body,
    captures,
    ...placeProgram({
      node,
      frame,
      survey,
      ownNames,
      isHoistedFunction: tsInstance.isFunctionDeclaration(node),
      keepsPrivateNames: file.keepsPrivateNames,
      functions: file.functions,
    }),
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
