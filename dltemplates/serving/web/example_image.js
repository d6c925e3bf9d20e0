// An image that can be made without data.

const SIZE = 256;

/** A drawn digit where the classes are digits, else a landscape; as a PNG file. */
export async function exampleImage(classes) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE, height: SIZE });
  const pen = canvas.getContext("2d");
  const digit = classes.map((name) => /\b\d$/.exec(name)?.[0]).find((each) => each === "3");
  if (digit) drawDigit(pen, digit);
  else drawLandscape(pen);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  return new File([blob], "example.png", { type: "image/png" });
}

function drawDigit(pen, digit) {
  pen.fillStyle = "black";
  pen.fillRect(0, 0, SIZE, SIZE);
  pen.fillStyle = "white";
  pen.font = `bold ${SIZE}px sans-serif`;
  pen.textAlign = "center";
  pen.fillText(digit, SIZE / 2, 0.86 * SIZE);
}

function drawLandscape(pen) {
  const sky = pen.createLinearGradient(0, 0, 0, SIZE);
  sky.addColorStop(0, "#4a90d9");
  sky.addColorStop(1, "#d6ebff");
  pen.fillStyle = sky;
  pen.fillRect(0, 0, SIZE, SIZE);
  pen.fillStyle = "#ffd24a";
  disc(pen, 190, 66, 30);
  pen.fillStyle = "#3f8f4f";
  disc(pen, 70, 330, 170);
  pen.fillStyle = "#2f7440";
  disc(pen, 220, 350, 150);
}

function disc(pen, x, y, radius) {
  pen.beginPath();
  pen.arc(x, y, radius, 0, 2 * Math.PI);
  pen.fill();
}
