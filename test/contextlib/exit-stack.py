"""Runs programs (see stack-program.ts), given as JSON, on the ExitStack of Python, and prints what happened, as JSON."""

import asyncio
import json
import sys
from contextlib import AsyncExitStack, ExitStack


def chain(error):
    """The messages of an exception and of those it came after, the latest first."""
    messages, seen = [], set()
    while error is not None and id(error) not in seen:
        seen.add(id(error))
        messages.append(str(error))
        error = error.__cause__ or error.__context__
    return messages


def release(trace, name, what, error):
    trace.append(f"-{name} {error}")
    if what == "throws":
        raise Exception(name)
    if what == "throws with the cause":
        raise Exception(name) from error
    # Whoever rethrows lets it pass. An ExitStack loses the context of what is raised again; nested with statements do not.
    return what == "suppresses"


class Manager:
    def __init__(self, trace, name, step, leave):
        self.trace, self.name, self.step, self.leave = trace, name, step, leave

    def __enter__(self):
        self.trace.append(f"+{self.name}" + (" fails" if self.step["fails"] else ""))
        if self.step["fails"]:
            raise Exception(f"acquisition of {self.name}")

    def __exit__(self, kind, error, traceback):
        return self.leave(error)

    async def __aenter__(self):
        await asyncio.sleep(0)
        return self.__enter__()

    async def __aexit__(self, kind, error, traceback):
        await asyncio.sleep(0)
        return self.leave(error)


async def enter(stack, manager, takes_time):
    if takes_time:
        await stack.enter_async_context(manager)
    else:
        stack.enter_context(manager)


async def fill(stack, program, trace):
    owners = []
    is_async = isinstance(stack, AsyncExitStack)
    for i, step in enumerate(program["steps"]):
        owner = [stack]
        takes_time = is_async and step["takesTime"]

        def leave(error, i=i, step=step, owner=owner):
            if step.get("enters"):
                trace.append(f"+{i} late")
                late = lambda kind, error, traceback: release(trace, f"{i} late", step["enters"], error)
                owner[0].push(late)
            return release(trace, str(i), step["behaviour"], error)

        manager = Manager(trace, str(i), step, leave)
        try:
            if step["as"] == "resource":
                await enter(stack, manager, takes_time)
            elif step["as"] == "stack of its own":
                own = type(stack)()
                await enter(own, manager, takes_time)
                await enter(stack, own, is_async)
                owner[0] = own
            else:
                manager.__enter__()
                if step["as"] == "push" and takes_time:
                    stack.push_async_exit(manager.__aexit__)
                elif step["as"] == "push":
                    stack.push(manager.__exit__)
                elif takes_time:
                    stack.push_async_callback(manager.__aexit__, None, None, None)
                else:
                    stack.callback(leave, None)
            if step["as"] != "stack of its own":
                owners.append(owner)
        except Exception as error:
            trace.append(f"caught {error}")
        if step["regroups"]:
            group = stack.pop_all()
            for each in owners:
                each[0] = group
            owners = []
            await enter(stack, group, is_async)
    if program["ends"] != "returns":
        raise Exception("body")
    return "result"


def finish(coroutine):
    """Runs what awaits nothing, without a loop."""
    try:
        coroutine.send(None)
    except StopIteration as stop:
        return stop.value
    raise AssertionError("a synchronous program has waited")


def run(program, trace):
    with ExitStack() as stack:
        return finish(fill(stack, program, trace))


async def run_async(program, trace):
    async with AsyncExitStack() as stack:
        return await fill(stack, program, trace)


def observe(program):
    trace = []
    try:
        result = asyncio.run(run_async(program, trace)) if program["isAsync"] else run(program, trace)
        trace.append(f"returned {result}")
    except Exception as error:
        trace.append("threw " + " after ".join(chain(error)))
    return trace


json.dump([observe(program) for program in json.load(sys.stdin)], sys.stdout)
