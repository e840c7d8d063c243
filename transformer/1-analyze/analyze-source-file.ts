import type ts from "typescript";
import type { Finding } from "../diagnostics/finding";
import type { Options } from "../diagnostics/options";
import type { DiagnosticKey } from "../diagnostics/table";
import { addLexicalNames, addVarNames } from "../syntax/declared-names";
import {
  type Annotation,
  annotationBy,
  directivePrologue,
  isStrayDirective,
  meantDirective,
} from "../syntax/find-directives";
import { type FunctionNode, isFunctionNode } from "../syntax/function-node";
import { jsxNames } from "../syntax/jsx-names";
import { leftSpine } from "../syntax/left-spine";
import { isType } from "../syntax/nodes";
import { skipOuterExpressions } from "../syntax/skip-outer-expressions";
import { emitFacts } from "./emit-facts";
import { type FileMentions, findMentions } from "./file-mentions";
import { findMarkerCall, findMarkers } from "./find-markers";
import { findNotable } from "./find-notable";
import { findSignalBindings, isSignalCall, planSignals, type SignalCall } from "./find-signals";
import { createFrame, type Frame } from "./frame";
import { isEmitted } from "./is-emitted";
import { createListFrame } from "./list-frame";
import type { SourceFileModel } from "./model";
import { noteFunctions } from "./note-functions";
import { obstaclesOf } from "./obstacles-of";
import { analyzeFunction, type FunctionRecord, type RecordedAcquisition } from "./plan-function";
import type { FunctionPlan, MarkerReference, ScopeOwner, SourceFilePlan } from "./plan-types";
import type { Place, Walk } from "./walk";
import { walkCatch } from "./walk-catch";
import { walkClass } from "./walk-class";
import { walkFunction } from "./walk-function";
import { walkFor, walkLoopBody, walkSwitch } from "./walk-loops";

/** What is known of a file: what the rules look at, and what is to be done to it. */
export interface SourceFileAnalysis {
  readonly model: SourceFileModel;
  /** `undefined` when there is nothing to do. */
  readonly plan: SourceFilePlan | undefined;
}

/** A declaration by `using`, as the text shows it; prose about "using it" is not one. */
export const usingDeclaration = /\busing\s+[\p{L}$_][\p{L}\p{N}$_]*\s*(?:=|:|of\b)/u;

/**
 * Finds what is to be done to a file: which functions are annotated, what they acquire, which scope owns what.
 * Reads only; walks from the top and never looks at `parent`, which hosts may have left unset.
 *
 * @param keepsLines whether the text is to keep its lines.
 * @returns `undefined` when nothing in the file is about resources; "compiled" for what the source door has written.
 */
export function analyzeSourceFile(
  tsInstance: typeof ts,
  sourceFile: ts.SourceFile,
  options: Options,
  compilerOptions: ts.CompilerOptions,
  report: (finding: Finding) => void,
  keepsLines: boolean,
): SourceFileAnalysis | "compiled" | undefined {
  const { SyntaxKind, NodeFlags } = tsInstance;
  const markers = findMarkers(tsInstance, sourceFile, options.importSource);
  const isImported = markers.named.size + markers.namespaces.size > 0;
  const { text } = sourceFile;
  if (!isImported && !text.includes("use raii") && !usingDeclaration.test(text)) return undefined;

  const signalBindings = findSignalBindings(tsInstance, sourceFile, options.importSource, markers.namespaces);
  const signalCalls: SignalCall[] = [];
  const records: FunctionRecord[] = [];
  const topLevel: RecordedAcquisition[] = [];
  const directives = new Set<ts.ExpressionStatement>();
  const mentions: { name: ts.Identifier; frame: Frame }[] = [];
  const repeated: ts.ExpressionStatement[] = [];
  /** How many nodes have been met that a lowering may change. A statement in which none is met stays as it is. */
  let changeable = 0;
  const unchanged = new Set<ts.Node>();
  let wasCompiled = false;
  const notes = noteFunctions(tsInstance, sourceFile);
  const isNotable = findNotable(tsInstance, sourceFile, markers, options.importSource);
  /** What an `await` stands before. */
  const awaited = new Set<ts.Node>();
  /** Any marker that is called keeps its import alive, so that functions with `using` alone can reach the runtime. */
  let liveMarker: MarkerReference | undefined;

  const reportAt = (key: DiagnosticKey, node: ts.Node, ...args: string[]): void => {
    const start = node.pos < 0 ? undefined : node.getStart(sourceFile);
    // Of a function without a name, the part before its parameters: the rest may be pages.
    const end = tsInstance.isFunctionLike(node) ? node.parameters.pos - 1 : node.end;
    report({ key, args, sourceFile, start, length: start === undefined ? undefined : end - start });
  };

  const emit = emitFacts(tsInstance, compilerOptions);
  const walker: Walk = {
    tsInstance,
    emit,
    walk,
    walkAll,
    walkDeclarations,
    noteFunctionOf: notes.noteFunctionOf,
    mayBeLowered: ({ isAnnotated }) => isAnnotated || fileIsAnnotated,
  };
  const ofFile = takeDirectives(sourceFile.statements);
  const fileIsAnnotated = ofFile !== undefined;
  const container = createFrame({ parent: undefined, kind: { kind: "container", container: sourceFile } });
  walkAll(sourceFile.statements, {
    frame: container,
    code: { where: "file" },
    isLowered: false,
    owner: "function",
    obstacle: undefined,
    inDerivedConstructor: false,
    suspension: "kept",
  });

  if (wasCompiled && directives.size === 0) return "compiled";
  const functions = new Map<ts.Node, FunctionPlan>();
  const namesOfJsx = jsxNames(sourceFile, compilerOptions);
  let fileMentions: FileMentions | undefined;
  const fileContext = {
    functions,
    tsInstance,
    sourceFile,
    options,
    fileIsAnnotated,
    lowering: ofFile?.lowering ?? options.lowering,
    liveMarker,
    namesOfJsx,
    emit,
    keepsLines,
    mentions: () => (fileMentions ??= findMentions(tsInstance, sourceFile, namesOfJsx)),
    reportAt,
  };
  for (const record of records) {
    const plan = analyzeFunction(fileContext, record);
    if (plan !== undefined) functions.set(record.node, plan);
  }
  const model: SourceFileModel = {
    functions: records,
    topLevel,
    fileIsAnnotated,
    markers,
    mentions,
    repeated,
  };
  const signals = planSignals(signalCalls, functions);
  if (functions.size + directives.size === 0) return { model, plan: undefined };
  return {
    model,
    plan: {
      functions,
      directives,
      unchanged,
      markerImport: markers.statement,
      importSource: options.importSource,
      ...signals,
    },
  };

  /** Reads a directive prologue: notes ours, for it is not emitted, and reports what looks like it. */
  function takeDirectives(statements: readonly ts.Statement[]): Annotation | undefined {
    let annotation: Annotation | undefined;
    for (const statement of directivePrologue(tsInstance, statements)) {
      const meant = meantDirective(statement);
      if (meant !== undefined)
        reportAt("directive-misspelt", statement, `"${statement.expression.text}"`, `"${meant}"`);
      const said = annotationBy(statement);
      if (said === undefined) continue;
      if (annotation !== undefined) repeated.push(statement);
      annotation ??= said;
      changeable++;
      directives.add(statement);
    }
    return annotation;
  }

  function walkAll(nodes: Iterable<ts.Node>, place: Place): void {
    for (const node of nodes) {
      const before = changeable;
      const isPassedOver = !place.isLowered && !notes.awaitImplementation() && !isNotable(node);
      if (!isPassedOver) walk(node, place);
      if (changeable === before) unchanged.add(node);
    }
  }

  function walkChildren(node: ts.Node, place: Place): void {
    tsInstance.forEachChild(node, (child) => walk(child, place));
  }

  /** @param definition the place of a member's decorators and computed name, where that is another. */
  function walk(node: ts.Node, place: Place, definition = place): void {
    const { kind } = node;
    if (kind === SyntaxKind.Identifier) return noteMention(node as ts.Identifier, place);
    if (kind === SyntaxKind.ThisKeyword || kind === SyntaxKind.SuperKeyword) changeable++;
    if (kind <= SyntaxKind.LastToken) return; // nothing stands in it
    notes.noteFunctionOf(node);
    if (isFunctionNode(tsInstance, node)) {
      // What has no body is an overload, or abstract.
      if (node.body !== undefined) walkFunction(walker, recordFunction(node, place), place, definition);
      return;
    }
    switch (kind) {
      case SyntaxKind.ClassDeclaration:
      case SyntaxKind.ClassExpression:
        return walkClass(walker, node as ts.ClassLikeDeclaration, place);
      case SyntaxKind.Decorator:
        return walkChildren(node, { ...place, obstacle: "raii-in-decorator" });
      case SyntaxKind.Block: {
        const block = node as ts.Block;
        return walkAll(block.statements, {
          ...place,
          frame: createListFrame(tsInstance, place.frame, block, block.statements),
          owner: block,
        });
      }
      case SyntaxKind.ModuleBlock: {
        const { statements } = node as ts.ModuleBlock;
        const names = (): Set<string> =>
          addVarNames(tsInstance, node, addLexicalNames(tsInstance, statements, new Set()));
        const frame = createFrame({
          parent: place.frame,
          kind: { kind: "container", container: node },
          names,
          isWall: true,
        });
        return walkAll(statements, { ...place, frame, code: { where: "file" } });
      }
      case SyntaxKind.EnumDeclaration:
        return walkChildren(node, {
          ...place,
          frame: createFrame({ parent: place.frame, kind: { kind: "once" }, isWall: true }),
          suspension: "moved",
        });
      case SyntaxKind.ForStatement:
      case SyntaxKind.ForInStatement:
      case SyntaxKind.ForOfStatement:
        if ((node as Partial<ts.ForOfStatement>).awaitModifier !== undefined) {
          changeable++;
          noteAwait(place);
        }
        return walkFor(walker, node as ts.ForStatement | ts.ForInOrOfStatement, place);
      case SyntaxKind.WhileStatement:
      case SyntaxKind.DoStatement: {
        const { expression, statement } = node as ts.WhileStatement | ts.DoStatement;
        const frame = createFrame({ parent: place.frame, kind: { kind: "repeated" } });
        walk(expression, { ...place, frame, obstacle: place.obstacle ?? "raii-in-loop-condition" });
        return walkLoopBody(walker, statement, place);
      }
      case SyntaxKind.SwitchStatement:
        return walkSwitch(walker, node as ts.SwitchStatement, place);
      case SyntaxKind.CatchClause:
        return walkCatch(walker, node as ts.CatchClause, place);
      case SyntaxKind.VariableDeclarationList:
        return walkDeclarations(node as ts.VariableDeclarationList, place, place.owner);
      case SyntaxKind.ExpressionStatement:
        if (
          !directives.has(node as ts.ExpressionStatement) &&
          isStrayDirective(tsInstance, node as ts.ExpressionStatement)
        ) {
          reportAt("directive-misplaced", node);
        }
        break;
      case SyntaxKind.BinaryExpression: {
        const spine = leftSpine(tsInstance, node as ts.BinaryExpression);
        walk(spine.at(-1)!.left, place);
        for (const { right } of spine.reverse()) walk(right, place);
        return;
      }
      case SyntaxKind.VariableDeclaration:
      case SyntaxKind.PropertyAccessExpression: {
        const maybeEmitted = node as ts.VariableDeclaration | ts.PropertyAccessExpression;
        wasCompiled ||= isEmitted(tsInstance, markers, maybeEmitted, place.frame);
        break;
      }
      case SyntaxKind.MetaProperty:
      case SyntaxKind.TryStatement:
      case SyntaxKind.YieldExpression:
        changeable++;
        break;
      case SyntaxKind.AwaitExpression:
        changeable++;
        noteAwait(place);
        awaited.add(skipOuterExpressions(tsInstance, (node as ts.AwaitExpression).expression));
        noteSuspension(node, place);
        break;
      case SyntaxKind.CallExpression:
        takeMarker(node as ts.CallExpression, place);
        takeSignal(node as ts.CallExpression, place);
        if (
          emit.movesImportedNames &&
          (node as ts.CallExpression).expression.kind === SyntaxKind.ImportKeyword
        )
          return walkChildren(node, { ...place, suspension: "moved" });
        break;
    }
    if (isType(tsInstance, node)) return;
    walkChildren(node, place);
  }

  function noteMention(name: ts.Identifier, { frame }: Place): void {
    const isMarker = markers.named.has(name.text) || markers.namespaces.has(name.text);
    if (isMarker) mentions.push({ name, frame });
    if (name.text === "arguments") changeable++;
  }

  /** Notes a function, before what is in it. */
  function recordFunction(node: FunctionNode, place: Place): FunctionRecord {
    const { body } = node;
    const isBlock = body !== undefined && tsInstance.isBlock(body);
    const directive = isBlock ? takeDirectives(body.statements) : undefined;
    const tag = notes.tagOf(node);
    if (tag?.misspelt !== undefined) reportAt("directive-misspelt", node, ...tag.misspelt);
    const record: FunctionRecord = {
      node,
      outer: "node" in place.code ? place.code : undefined,
      name: notes.nameOf(node),
      isAnnotated: directive !== undefined || tag !== undefined,
      lowering: directive?.lowering ?? tag?.lowering,
      frame: place.frame,
      inDerivedConstructor: tsInstance.isArrowFunction(node) && place.inDerivedConstructor,
      acquisitions: [],
      moves: [],
      awaits: false,
      suspensions: [],
      obstacles: [],
    };
    records.push(record);
    return record;
  }

  /** @param usingOwner what a `using` in this list belongs to; in the head of `for … of` it is each iteration. */
  function walkDeclarations(list: ts.VariableDeclarationList, place: Place, usingOwner: ScopeOwner): void {
    const kind = list.flags & NodeFlags.BlockScoped;
    const isAsync = kind === NodeFlags.AwaitUsing;
    if (kind === NodeFlags.Using || isAsync) {
      changeable++;
      if (isAsync) noteAwait(place);
      const { frame, code } = place;
      const acquisition = { node: list, owner: usingOwner, frame, marker: undefined, isAsync };
      if ("node" in code) code.acquisitions.push(acquisition);
      else if (code.where === "file") topLevel.push(acquisition);
    }
    // Lifetime follows the binding: a `var` lives as long as its function.
    walkChildren(list, kind === 0 ? { ...place, owner: "function" } : place);
  }

  function noteAwait({ code }: Place): void {
    if ("node" in code) code.awaits = true;
  }

  /** Notes what suspends in a place that TypeScript's own emit does something to. */
  function noteSuspension(node: ts.Node, { code, suspension: place }: Place): void {
    if (place !== "kept" && "node" in code) code.suspensions.push({ node, place });
  }

  function takeSignal(node: ts.CallExpression, { code, frame }: Place): void {
    if (!("node" in code) || !isSignalCall(tsInstance, signalBindings, node, frame)) return;
    changeable++;
    signalCalls.push({ node, code });
  }

  function takeMarker(call: ts.CallExpression, place: Place): void {
    const { frame, code, obstacle } = place;
    const found = findMarkerCall(tsInstance, markers, call, frame);
    if (found === undefined) return;
    const { marker, isOfFunction } = found;
    const owner = isOfFunction ? "function" : place.owner;
    changeable++;
    liveMarker ??= marker;
    const { name } = marker;
    if (!("node" in code)) {
      if (code.where === "file")
        reportAt("raii-outside-annotated-function", call, name, "outside of any function");
      else reportAt(code.where, call, name);
      return;
    }
    const isAsync = name === "raii" && awaited.has(call);
    if (name === "raii") {
      code.acquisitions.push({ node: call, owner, frame, marker, isAsync });
      noteSuspension(call, place);
    } else code.moves.push({ node: call, marker });
    // What runs again for each iteration can move as often, which acquires nothing, and acquire for the function.
    const isOfBlock = name === "raii" && !isOfFunction;
    const isInTheWay = obstacle !== undefined && !(obstacle === "raii-in-loop-condition" && !isOfBlock);
    if (isInTheWay) code.obstacles.push({ key: obstacle, node: call, args: [name] });
    else code.obstacles.push(...obstaclesOf(tsInstance, call, name, isAsync, code.node));
  }
}
