/**
 * A script for the browser: the lowest contrast on the page between a text's colour and what lies behind it (WCAG 2, by relative
 * luminance). A script and no function, because the project's types know no documents.
 */
export const lowestContrast = String.raw`(() => {
  const channels = (colour) => (colour.match(/[\d.]+/g) ?? []).map(Number);
  const luminance = (colour) => {
    const [red, green, blue] = channels(colour).map((value) => {
      const part = value / 255;
      return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const ground = (element) => {
    if (element === null) return 'rgb(255, 255, 255)';
    const { backgroundColor } = getComputedStyle(element);
    return channels(backgroundColor)[3] === 0 ? ground(element.parentElement) : backgroundColor;
  };
  const hasText = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.textContent.trim() !== '');
  const ratio = (element) => {
    const [darker, lighter] = [luminance(getComputedStyle(element).color), luminance(ground(element))].sort((a, b) => a - b);
    return (lighter + 0.05) / (darker + 0.05);
  };
  return Math.min(...[...document.querySelectorAll('body *')].filter(hasText).map(ratio));
})()`;
