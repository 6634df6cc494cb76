package io.weir.xds.validate;

/** The path of the field that a walk is at; made a text only when there is something to report. */
final class FieldTrail {
  private final StringBuilder path = new StringBuilder();

  /** Steps into a field; returns what {@link #leave} wants. */
  int enter(String field) {
    int mark = path.length();
    if (mark > 0) {
      path.append('.');
    }
    path.append(field);
    return mark;
  }

  int enter(int index) {
    int mark = path.length();
    path.append('[').append(index).append(']');
    return mark;
  }

  /** Steps into the entry of a map. */
  int enterKey(Object key) {
    int mark = path.length();
    path.append("[\"").append(key).append("\"]");
    return mark;
  }

  void leave(int mark) {
    path.setLength(mark);
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
