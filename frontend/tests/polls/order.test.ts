import { expect, test } from "vitest";
import { Order } from "../../src/polls/order";

test("options get the next place, go up and down, and out again", () => {
  const order = new Order(["a", "b", "c"], 3);
  expect([order.add("c"), order.add("a"), order.add("c")]).toEqual([true, true, false]);
  expect(order.all).toEqual(["c", "a", "b"]);
  expect(order.move("a", -1)).toBe(true);
  expect(order.move("a", -1)).toBe(false);
  expect([order.placeOf("a"), order.placeOf("c"), order.placeOf("b")]).toEqual([1, 2, 0]);
  expect(order.take("a")).toBe(true);
  expect(order.all).toEqual(["c", "a", "b"]);
});

test("there are no more places than may be given", () => {
  const order = new Order(["a", "b", "c"], 2, ["b", "b", "x", "a", "c"]);
  expect(order.placed).toEqual(["b", "a"]);
  expect([order.add("c"), order.putAt("c", "b"), order.isFull]).toEqual([false, false, true]);
});

test("what is dragged comes where the other one stands", () => {
  const order = new Order(["a", "b", "c", "d"], 4, ["a", "b", "c"]);
  expect([order.putAt("c", "a"), order.placed]).toEqual([true, ["c", "a", "b"]]);
  expect([order.putAt("d", "a"), order.placed]).toEqual([true, ["c", "d", "a", "b"]]);
  expect([order.putAt("d", "d"), order.placed]).toEqual([false, ["c", "d", "a", "b"]]);
});
