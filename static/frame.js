// frame.js — a letter's frame as high as the letter, so that the page scrolls and not the frame.
// The letter runs no script; it is measured from outside, which its origin allows.

// A letter whose height follows its frame's (100vh) would never come to rest.
const ROUNDS = 20, HEIGHT_MAX = 200000;

export function fit(frame, pressed) {
  let letter;
  function fitted() {
    const { contentDocument } = frame;
    if (!contentDocument?.body || contentDocument.URL === "about:blank" || letter === contentDocument.documentElement) return;
    letter = contentDocument.documentElement;
    let width = 0, rounds = 0;
    const measure = () => {
      if (letter.clientWidth !== width) [width, rounds] = [letter.clientWidth, 0];
      const height = `${Math.min(Math.ceil(letter.getBoundingClientRect().height), HEIGHT_MAX)}px`;
      if (height === frame.style.height || rounds++ > ROUNDS) return;
      frame.classList.add("fit");
      frame.style.height = height;
    };
    measure();
    new ResizeObserver(measure).observe(letter);
    letter.addEventListener("load", measure, true); // pictures
    for (const heard of pressed) letter.addEventListener("keydown", heard);
  }
  frame.addEventListener("load", fitted);
  // A frame is loaded when its last picture is there: the text does not wait for that.
  const parsed = setInterval(() => {
    if (frame.contentDocument && frame.contentDocument.readyState !== "loading") fitted();
    if (letter || !frame.isConnected) clearInterval(parsed);
  }, 50);
}
