package io.weir.lua;

import io.weir.filter.Stats;
import io.weir.filter.Value;
import io.weir.filter.buffer.Buffer;
import io.weir.filter.http.FilterDataStatus;
import io.weir.filter.http.FilterHeadersStatus;
import io.weir.filter.http.FilterTrailersStatus;
import io.weir.filter.http.HeaderMap;
import io.weir.filter.http.HttpFilterCallbacks;
import io.weir.filter.http.LocalReply;
import io.weir.filter.http.OverrideHost;
import io.weir.lua.api.Body;
import io.weir.lua.api.CallOutcome;
import io.weir.lua.api.Handle;
import io.weir.lua.api.HttpCallRequest;
import io.weir.lua.api.Objects;
import io.weir.lua.engine.Execution;
import io.weir.lua.engine.LuaError;
import io.weir.lua.engine.LuaFunction;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.ScriptStop;
import org.jspecify.annotations.Nullable;

/**
 * One direction of a stream and the run of its script: the state machine of Envoy's {@code
 * StreamHandleWrapper}. The script is a {@link Execution} that suspends itself in the methods that
 * wait; the stream's callbacks resume it.
 */
final class LuaStream extends Handle {

  /** What the script is doing. */
  private enum State {
    /** It runs, or has ended. */
    RUNNING,
    WAIT_FOR_CHUNK,
    WAIT_FOR_BODY,
    WAIT_FOR_TRAILERS,
    HTTP_CALL,
    RESPONDED
  }

  private final LuaFilter filter;
  private final ScriptState script;
  private final MessageSide side;
  private final HeaderMap headers;
  private State state = State.RUNNING;
  private @Nullable Execution execution;

  /** Odd while the script runs. */
  private int epoch;

  private boolean endStream;
  private boolean sawBody;
  private boolean bufferedBody;
  private boolean headersContinued;
  private @Nullable Buffer chunk;
  private @Nullable HeaderMap trailers;
  private @Nullable ScriptCall call;

  LuaStream(LuaFilter filter, ScriptState script, MessageSide side, HeaderMap headers) {
    super(script.objects());
    this.filter = filter;
    this.script = script;
    this.side = side;
    this.headers = headers;
  }

  // ---- the stream's callbacks

  FilterHeadersStatus start(LuaFunction handler, boolean end) {
    script.meter().called();
    endStream = end;
    execution = new Execution(script.state(), handler, this);
    run();
    if (holds()) {
      return FilterHeadersStatus.STOP_ITERATION;
    }
    headersContinued = true;
    return FilterHeadersStatus.CONTINUE;
  }

  private boolean holds() {
    return switch (state) {
      case WAIT_FOR_BODY, HTTP_CALL, RESPONDED -> true;
      case RUNNING, WAIT_FOR_CHUNK, WAIT_FOR_TRAILERS -> false;
    };
  }

  FilterDataStatus data(Buffer data, boolean end) {
    // A script sees the end as HTTP/1 brings it: a piece of its own, an empty one.
    boolean endApart =
        end && state == State.WAIT_FOR_CHUNK && !data.isEmpty() && side.endsApart(callbacks());
    endStream = end && !endApart;
    sawBody = true;
    switch (state) {
      case WAIT_FOR_CHUNK -> {
        resumeWithChunk(data);
        if (endApart) {
          endStream = true;
          if (state == State.WAIT_FOR_CHUNK) {
            Buffer last = filter.worker().worker().newBuffer();
            resumeWithChunk(last);
            last.moveTo(data);
          }
        }
      }
      case WAIT_FOR_BODY -> {
        if (end) {
          side.addData(callbacks(), data);
          state = State.RUNNING;
          run();
        }
      }
      case WAIT_FOR_TRAILERS -> {
        if (end) {
          state = State.RUNNING;
          run();
        }
      }
      case RUNNING, HTTP_CALL, RESPONDED -> {}
    }
    return switch (state) {
      case HTTP_CALL -> FilterDataStatus.STOP_ITERATION_AND_WATERMARK;
      case WAIT_FOR_BODY -> FilterDataStatus.STOP_ITERATION_AND_BUFFER;
      case RESPONDED -> FilterDataStatus.STOP_ITERATION_NO_BUFFER;
      case RUNNING, WAIT_FOR_CHUNK, WAIT_FOR_TRAILERS -> {
        headersContinued = true;
        yield FilterDataStatus.CONTINUE;
      }
    };
  }

  private void resumeWithChunk(Buffer data) {
    chunk = data;
    state = State.RUNNING;
    run();
    chunk = null;
  }

  FilterTrailersStatus trailers(HeaderMap received) {
    endStream = true;
    trailers = received;
    if (state == State.WAIT_FOR_CHUNK || state == State.WAIT_FOR_BODY) {
      state = State.RUNNING;
      run();
    }
    if (state == State.WAIT_FOR_TRAILERS) {
      state = State.RUNNING;
      run();
    }
    if (state == State.HTTP_CALL || state == State.RESPONDED) {
      return FilterTrailersStatus.STOP_ITERATION;
    }
    headersContinued = true;
    return FilterTrailersStatus.CONTINUE;
  }

  void destroy() {
    if (call != null) {
      call.cancel();
      call = null;
    }
  }

  /** The call-out that the script waits for has ended. */
  void callEnded() {
    call = null;
    if (filter.destroyed()) {
      return;
    }
    state = State.RUNNING;
    run();
    if (state == State.RUNNING) {
      headersContinued = true;
      side.resume(callbacks());
    }
  }

  // ---- running the script

  private void run() {
    Execution execution = this.execution;
    if (execution == null) {
      return;
    }
    epoch++;
    String failure = null;
    ScriptMeter meter = script.meter();
    boolean timed = meter.sampled();
    long from = timed ? filter.worker().worker().nanoTime() : 0;
    try {
      execution.resume();
    } catch (LuaError error) {
      failure = error.getMessage();
    } catch (ScriptStop stop) {
      failure = stop.quiet() ? null : stop.getMessage();
    } finally {
      epoch++;
      dropObjects();
      if (timed) {
        meter.ran(filter.worker().worker().nanoTime() - from);
      }
    }
    if (meter.memoryDue()) {
      script.measureMemory();
    }
    if (failure != null) {
      fail(failure);
    } else if (state == State.RESPONDED) {
      this.execution = null;
      filter.sendReply();
    }
  }

  /** The script has failed: the stream goes on without it, or is answered. */
  private void fail(String failure) {
    execution = null;
    script.meter().failed(failure);
    int status = script.options().failureStatus();
    state = status == 0 ? State.RUNNING : State.RESPONDED;
    filter.scriptFailed(failure);
    if (status != 0 && !filter.destroyed()) {
      callbacks().sendLocalReply(LocalReply.of(status, "", "lua_script_failed"));
    }
  }

  /** Suspends the script until {@link #run} resumes it. */
  private void suspend(State waiting) {
    script.meter().yielded();
    State before = state;
    state = waiting;
    try {
      Execution.suspend(script.state());
    } catch (LuaError impossibleHere) {
      state = before;
      throw impossibleHere;
    }
  }

  // ---- what the script asks for

  @Override
  public LuaState state() {
    return script.state();
  }

  @Override
  public Objects objects() {
    return script.objects();
  }

  @Override
  public HttpFilterCallbacks callbacks() {
    return filter.callbacks();
  }

  @Override
  public boolean request() {
    return side == MessageSide.REQUEST;
  }

  @Override
  public boolean live() {
    return (epoch & 1) != 0;
  }

  @Override
  public int epoch() {
    return epoch;
  }

  @Override
  public HeaderMap headers() {
    return headers;
  }

  @Override
  public boolean headersModifiable() {
    return !headersContinued;
  }

  @Override
  public void headersModified() {
    if (request() && filter.worker().clearRouteCache() && !callbacks().upstream()) {
      callbacks().clearRouteCache();
    }
  }

  @Override
  public @Nullable Body body(boolean evenIfEmpty) {
    if (!endStream) {
      if (sawBody) {
        throw state().error("cannot call body() after body streaming has started");
      }
      bufferedBody = true;
      try {
        suspend(State.WAIT_FOR_BODY);
      } catch (LuaError error) {
        bufferedBody = false;
        throw error;
      }
    } else if (!bufferedBody && sawBody) {
      throw state().error("cannot call body() after body has been streamed");
    }
    if (side.buffered(callbacks()) == null && !sawBody) {
      if (!evenIfEmpty) {
        return null;
      }
      side.addData(callbacks(), filter.worker().worker().newBuffer());
    }
    return new BufferedBody(side, callbacks(), headers, filter.worker().worker());
  }

  @Override
  public void beginChunks() {
    if (sawBody) {
      throw state().error("cannot call bodyChunks after body processing has begun");
    }
  }

  @Override
  public @Nullable Body nextChunk() {
    if (endStream) {
      return null;
    }
    suspend(State.WAIT_FOR_CHUNK);
    return chunk == null ? null : new ChunkBody(chunk, headers);
  }

  @Override
  public @Nullable HeaderMap trailers() {
    if (trailers == null && !endStream) {
      suspend(State.WAIT_FOR_TRAILERS);
    }
    return trailers;
  }

  @Override
  public boolean respondInResponse() {
    return script.options().respondInResponse();
  }

  @Override
  public void respond(HeaderMap response, byte @Nullable [] body) {
    filter.keepReply(ScriptReply.of(response, body));
    state = State.RESPONDED;
    throw ScriptStop.quietly();
  }

  @Override
  public @Nullable CallOutcome call(HttpCallRequest request) {
    var pending = new ScriptCall(this);
    if (request.asynchronous()) {
      pending.send(filter, request, false);
      return null;
    }
    Execution.checkSuspendable(script.state());
    CallOutcome immediate = pending.send(filter, request, true);
    if (immediate != null) {
      return immediate;
    }
    call = pending;
    suspend(State.HTTP_CALL);
    return pending.outcome();
  }

  @Override
  public Value.MapValue filterContext() {
    return filter.filterContext();
  }

  @Override
  public String filterName() {
    return filter.callbacks().filterConfigName();
  }

  @Override
  public Stats stats() {
    return filter.worker().worker().stats();
  }

  @Override
  public String statPrefix() {
    return filter.worker().statPrefix();
  }

  @Override
  public void setUpstreamOverrideHost(String address, boolean strict) {
    filter.callbacks().setUpstreamOverrideHost(new OverrideHost(address, strict));
  }
}
