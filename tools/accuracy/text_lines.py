"""Pictures of text lines in several fonts and sizes, with noise, blur and uneven contrast; the same for the same seed."""
import pathlib
import random
import string

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

WORDS = """account address amount answer august balance before bottle bridge budget button camera canvas carbon
center change charge circle client coffee column common company contract copper corner country current customer daily
danger december delivery deposit design device dinner discount double driver eastern editor energy engine english entry
evening exit expense export factory february figure filter final finger flight flower forest format frame friday fuel
garden general glass global gold green ground harbour heavy height hotel hour house import income index invoice iron
island january journey june kitchen label language large letter level library license light limit line local london lower
machine main market material medium member message metal minute model monday month motor mountain music napkin
network night north november number object office open orange order oxygen page paper park parking passport payment pencil
person phone picture plastic platform please pocket point police port post power price print product public quality quantity
quarter queen quick radio railway receipt record red region repair report return river road room round rubber safety sample
saturday school screen season second section september series service seven shelf signal silver simple single six size
small smoke soap south speed spring square staff stage station steel stock stone store street subject sugar summer sunday
supply surface switch table target tax temple thermal ticket timber title tower traffic train transfer travel tuesday
turbine under union unit upper valley value vehicle version village visit volume water weather website wednesday weight
west white window winter wood yellow zebra zone""".split()
FONT_FOLDERS = ("/usr/share/fonts/truetype/dejavu", "/usr/share/fonts/truetype/liberation",
                "/usr/share/fonts/truetype/freefont")
SKIPPED = ("Math", "ExtraLight")


def fonts():
    paths = [path for folder in FONT_FOLDERS for path in sorted(pathlib.Path(folder).glob("*.ttf"))]
    found = [str(path) for path in paths if not any(word in path.name for word in SKIPPED)]
    if not found:
        raise SystemExit("no fonts: install fonts-dejavu-core fonts-liberation fonts-freefont-ttf")
    return found


def random_text(generator):
    kind = generator.random()
    if kind < 0.15:
        return "".join(generator.choice(string.digits + ".,-/") for _ in range(generator.randint(6, 14)))
    if kind < 0.3:
        return "".join(generator.choice(string.ascii_uppercase + string.digits) for _ in range(generator.randint(6, 12)))
    words = generator.sample(WORDS, generator.randint(1, 3))
    style = generator.choice([str.lower, str.title, str.upper])
    return style(" ".join(words))[:24].strip()


def draw(text, font, generator):
    """A picture that holds the text with a little space around it."""
    left, top, right, bottom = font.getbbox(text)
    margin = [generator.randint(2, 7) for _ in range(4)]
    size = (right - left + margin[0] + margin[1], bottom - top + margin[2] + margin[3])
    paper = [generator.randint(150, 255) for _ in range(3)]
    ink = [generator.randint(0, 90) for _ in range(3)]
    if generator.random() < 0.2:
        paper, ink = ink, paper
    image = Image.new("RGB", size, tuple(paper))
    ImageDraw.Draw(image).text((margin[0] - left, margin[2] - top), text, font=font, fill=tuple(ink))
    image = image.rotate(generator.uniform(-1.5, 1.5), resample=Image.BILINEAR, fillcolor=tuple(paper))
    if generator.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(generator.uniform(0.3, 0.9)))
    return image


def lines(count, seed):
    """Yields (text, picture as uint8 [h, w, 3])."""
    generator = random.Random(seed)
    noise = np.random.default_rng(seed)
    paths = fonts()
    for _ in range(count):
        text = random_text(generator)
        font = ImageFont.truetype(generator.choice(paths), generator.randint(18, 44))
        pixels = np.asarray(draw(text, font, generator), np.float32)
        pixels = pixels + noise.normal(0, generator.uniform(0, 14), pixels.shape)
        yield text, np.clip(pixels, 0, 255).astype(np.uint8)


def as_input(pixels, height, width):
    """Scaled to the height and padded (or squeezed) to the width: float32 [3, height, width] in BGR, from -1 to 1."""
    scaled = min(width, max(1, round(pixels.shape[1] * height / pixels.shape[0])))
    image = Image.fromarray(pixels).resize((scaled, height), Image.BILINEAR)
    result = np.zeros((3, height, width), np.float32)
    result[:, :, :scaled] = (np.asarray(image, np.float32)[:, :, ::-1] / 127.5 - 1).transpose(2, 0, 1)
    return result
