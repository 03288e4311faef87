/** Characters that people cannot see and that can deceive them, each as its code; line ends, tabs and variation selectors are fine. */
export function invisibleIn(text: string): string[] {
  const found = text.match(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/gu) ?? [];
  return found
    .filter((character) => !/[\n\t]|\p{Variation_Selector}/u.test(character))
    .map((character) => `U+${character.codePointAt(0)?.toString(16)}`);
}
