import type { AsyncScope } from "../../runtime/core/async-scope.ts";
import type { Scope } from "../../runtime/core/scope.ts";
import type { Resource } from "../../runtime/index.ts";
import { type AsyncResource, move as moveMarker, moveAsync as moveAsyncMarker } from "../../runtime/index.ts";

/** What emitted code calls: `move.from(handle, scope_2, scope_1)`, the scopes from the innermost outwards. */
interface Emitted<Owned> {
  from(handle: unknown, ...scopes: (Scope | AsyncScope)[]): Owned;
}

export const move = moveMarker as unknown as Emitted<Resource<unknown>>;
export const moveAsync = moveAsyncMarker as unknown as Emitted<AsyncResource<unknown>>;
