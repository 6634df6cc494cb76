package io.weir.lua.api;

import io.weir.filter.ByteText;
import io.weir.filter.Value;
import io.weir.lua.engine.Builtin;
import io.weir.lua.engine.LuaState;
import io.weir.lua.engine.LuaString;
import io.weir.lua.engine.Values;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code pairs} of a metadata object gives: dead once it came to the end, as in Envoy. */
final class EntryIterator extends Builtin {
  private final ApiObject owner;
  private final Iterator<? extends Map.Entry<String, ? extends Value>> entries;
  private final Runnable atEnd;
  private boolean ended;

  EntryIterator(
      LuaState state,
      ApiObject owner,
      Iterator<? extends Map.Entry<String, ? extends Value>> entries,
      Runnable atEnd) {
    super(state, "metadata_iterator", 0);
    this.owner = owner;
    this.entries = entries;
    this.atEnd = atEnd;
  }

  @Override
  public @Nullable Object invoke(@Nullable Object[] arguments) {
    if (ended || !owner.alive()) {
      throw state().error("object used outside of proper scope");
    }
    if (!entries.hasNext()) {
      ended = true;
      atEnd.run();
      return Values.NONE;
    }
    Map.Entry<String, ? extends Value> entry = entries.next();
    return new @Nullable Object[] {
      LuaString.own(ByteText.bytes(entry.getKey())), LuaValues.toLua(entry.getValue())
    };
  }
}
