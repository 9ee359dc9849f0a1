import { describe, expect, test } from "vitest";
import { selectKind } from "../../../src/domain/attribute-kinds/select.ts";
import { userKind } from "../../../src/domain/attribute-kinds/user.ts";
import { attributeOf, inRussia, memberId, members, outcome, settingsOutcome } from "./fixture.ts";

describe("user", () => {
  test.each([
    ["", null],
    [null, null],
    [memberId, memberId],
    [` ${memberId.toUpperCase()} `, memberId],
    [{ id: memberId }, memberId],
    [{ id: memberId, full_name: "Demo Member" }, memberId],
    ["42", "<invalid_uuid>"],
    [42, "<invalid_uuid>"],
    [{}, "<invalid_uuid>"],
    [{ id: null }, "<invalid_uuid>"],
    [[memberId], "<invalid_uuid>"],
    [{ id: memberId, role: "owner" }, "<wrong_type>"],
  ])("reads %j as %j", (raw, expected) => {
    expect(outcome(userKind, raw)).toBe(expected);
  });

  test("shows the member's name, or null where there is no such member any more", () => {
    const attribute = attributeOf(userKind);
    expect(userKind.toWire(memberId, attribute, members)).toEqual({ id: memberId, full_name: "Demo Member" });
    const gone = memberId.replace("abc", "abd");
    expect(userKind.toWire(gone, attribute, members)).toEqual({ id: gone, full_name: null });
  });
});

describe("select", () => {
  const attribute = attributeOf(selectKind, {}, ["New", "В работе", "Ёлка", "Елка"]);

  test.each([
    ["", null],
    [null, null],
    ["New", 10],
    [" nEW ", 10],
    ["в  работе", 20],
    ["Елка", 40],
    ["ёлка", 30],
    ["Closed", "<unknown_option>"],
    ["ne", "<unknown_option>"],
    [10, "<wrong_type>"],
    [["New"], "<wrong_type>"],
    [{ value: "New" }, "<wrong_type>"],
  ])("reads %j as %j", (raw, expected) => {
    expect(outcome(selectKind, raw, attribute)).toBe(expected);
  });

  test("stores numbers, shows values, and an option that is gone reads as blank", () => {
    expect(selectKind.toWire(20, attribute, members)).toBe("В работе");
    expect(selectKind.toWire(50, attribute, members)).toBeNull();
    expect(selectKind.indexKey(20, attribute)).toBe(20);
  });

  test("the problem lists ten of the options at most", () => {
    const many = attributeOf(
      selectKind,
      {},
      Array.from({ length: 12 }, (_, i) => `v${i}`),
    );
    expect(() => selectKind.parse("x", many, inRussia)).toThrow(
      expect.objectContaining({
        params: { value: "'x'", allowed: "'v0', 'v1', 'v2', 'v3', 'v4', 'v5', 'v6', 'v7', 'v8', 'v9', …" },
      }),
    );
  });

  test("JSON Schema names the options", () => {
    expect(selectKind.jsonSchema(attribute)).toEqual({
      type: "string",
      enum: ["New", "В работе", "Ёлка", "Елка"],
    });
    expect(selectKind.jsonSchema(attributeOf(selectKind))).toEqual({ type: "string" });
  });

  test.each([
    [
      { options: [" New ", { value: "Won", color: "#0A0" }, { value: "Lost", color: null }] },
      {
        options: [
          { value: "New", color: null },
          { value: "Won", color: "#0a0" },
          { value: "Lost", color: null },
        ],
      },
    ],
    [{ options: [] }, { options: [] }],
    [{ select_list_id: memberId.toUpperCase() }, { select_list_id: memberId }],
    [{}, ["options required"]],
    [{ options: ["a"], select_list_id: memberId }, ["select_list_id options_given_twice"]],
    [{ select_list_id: "7" }, ["select_list_id invalid_uuid"]],
    [{ select_list_id: 7 }, ["select_list_id invalid_uuid"]],
    [{ options: "New" }, ["options wrong_type"]],
    [{ options: Array.from({ length: 501 }, (_, i) => `v${i}`) }, ["options too_many_items"]],
    [{ options: ["Ёлка", "елка "] }, ["options[1] already_taken"]],
    [
      { options: ["a\nb", "", 5, null, ["x"], "x".repeat(201)] },
      [
        "options[0] has_line_break",
        "options[1] required",
        "options[2] wrong_type",
        "options[3] required",
        "options[4] wrong_type",
        "options[5] too_long",
      ],
    ],
    [
      { options: [{ value: "", color: "javascript:1", id: 1 }, {}] },
      [
        "options[0].id unknown_field",
        "options[0].value required",
        "options[0].color not_a_color",
        "options[1].value required",
      ],
    ],
  ])("settings case %#", (raw, expected) => {
    expect(settingsOutcome(selectKind, raw)).toEqual(expected);
  });
});
