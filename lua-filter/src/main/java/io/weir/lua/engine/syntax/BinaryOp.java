package io.weir.lua.engine.syntax;

/**
 * Binary operators with their priorities; a higher right priority than left is left-associative.
 */
public enum BinaryOp {
  ADD(6, 6),
  SUB(6, 6),
  MUL(7, 7),
  DIV(7, 7),
  MOD(7, 7),
  POW(10, 9),
  CONCAT(5, 4),
  NE(3, 3),
  EQ(3, 3),
  LT(3, 3),
  GE(3, 3),
  LE(3, 3),
  GT(3, 3),
  AND(2, 2),
  OR(1, 1);

  private final int left;
  private final int right;

  BinaryOp(int left, int right) {
    this.left = left;
    this.right = right;
  }

  int left() {
    return left;
  }

  int right() {
    return right;
  }

  static @org.jspecify.annotations.Nullable BinaryOp of(TokenType type) {
    return switch (type) {
      case PLUS -> ADD;
      case MINUS -> SUB;
      case STAR -> MUL;
      case SLASH -> DIV;
      case PERCENT -> MOD;
      case CARET -> POW;
      case CONCAT -> CONCAT;
      case NE -> NE;
      case EQ -> EQ;
      case LT -> LT;
      case LE -> LE;
      case GT -> GT;
      case GE -> GE;
      case AND -> AND;
      case OR -> OR;
      default -> null;
    };
  }
}
