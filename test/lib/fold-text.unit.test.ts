import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { foldText } from "../../src/lib/fold-text.ts";

describe("foldText", () => {
  test.each([
    ["lower case", "ACME Ltd", "acme ltd"],
    ["Cyrillic lower case", "ООО «РОМАШКА»", "ооо «ромашка»"],
    ["ё becomes е", "Ёлка, всё", "елка, все"],
    ["ё written as two characters", "е\u0308лка", "елка"],
    ["й stays й", "Йод и май", "йод и май"],
    ["й written as two characters", "и\u0306од", "йод"],
    ["other Cyrillic letters keep their marks", "Київ, Ўзбек, Ѓорѓи", "київ, ўзбек, ѓорѓи"],
    ["stress marks go", "за́мок", "замок"],
    ["Latin diacritics go", "Štěpán Ångström Việt", "stepan angstrom viet"],
    ["letters that Unicode does not take apart", "ŁÓDŹ Sørensen Đà", "lodz sorensen da"],
    ["ß", "Straße", "strasse"],
    ["Turkish dotted capital", "İstanbul", "istanbul"],
    ["Greek marks and final sigma", "ΟΔΌΣ οδός", "οδοσ οδοσ"],
    ["compatibility forms", "ﬁn ５００ ㎏ Ⅳ", "fin 500 kg iv"],
    ["white space of every sort", " \u00a0a \n\t\u2003 b ", "a b"],
    ["soft hyphens and zero-width characters", "при\u00adвет \u200bмир\ufeff", "привет мир"],
    ["vowel signs of other scripts stay", "हिन्दी", "हिन्दी"],
    ["Japanese voicing stays", "ガ", "ガ"],
    ["emoji stay", "👍🏽 ok", "👍🏽 ok"],
    ["nothing", "", ""],
  ])("%s", (_, text, folded) => {
    expect(foldText(text)).toBe(folded);
  });

  test("folding twice changes nothing", () => {
    const letters = fc.constantFrom(..."еийёaøﬁİ \u0301\u0306\u0308\u200b");
    const anything = fc.array(fc.nat(0x10ffff)).map((points) => String.fromCodePoint(...points));
    const texts = fc.oneof(anything, fc.string({ unit: letters }));
    fc.assert(
      fc.property(texts, (text) => foldText(foldText(text)) === foldText(text)),
      {
        seed: 1,
        numRuns: 1_000,
      },
    );
  });

  test("the way a text is composed, its case and outer spaces do not matter", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."аёйїéåñłß бВ") }), (text) => {
        expect(foldText(text.normalize("NFD"))).toBe(foldText(text));
        expect(foldText(` ${text.toUpperCase()}\n`)).toBe(foldText(text));
      }),
      { seed: 2 },
    );
  });
});
