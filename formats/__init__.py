"""What is inside a product, and how to look at it: GDAL and numpy, no QGIS.

images      a band, the bands of a scene
files       folders and archives, read without unpacking
safe2       Sentinel-2 SAFE                  aws        Sentinel-2 tiles as in Amazon's buckets
sentinel1   Sentinel-1 SAFE                  muscate    THEIA: L2A, L3A, snow, land cover
landsat     Landsat Collection 2, level 2    cog        any GeoTIFF or JP2 bands with a STAC item
sentinel3   OLCI, SLSTR, SYN in SEN3         sentinel5p Sentinel-5P, level 2
netcdf      the images in a netCDF file      swath      its pixels moved to their places
radar       radar geometry laid onto the map by control points
moved       archives that moved together with the VRTs of their images
stack       many bands as one VRT or GeoTIFF
presets     compositions as data: which bands, which stretch, what instead
quicklook   a thumbnail put into its place on the map
clip        a downloaded scene cut to a window
window      only the area of interest, of images that stay where they are
remote      images that stay at the portal, read in pieces
cloud       the share of cloud in an area, by a scene's mask
area        an area from a portal that computes it, in place of files
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Union

from ..core.errors import UnreadableFile
from . import aws, cog, landsat, muscate, safe2, sentinel1, sentinel3, sentinel5p
from .files import Source, Tree, is_archive, tree
from .images import Band, ImageSet, gdal_errors, open_image

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import ModuleType

FORMATS: tuple[ModuleType, ...] = (
    safe2,
    sentinel1,
    sentinel3,
    sentinel5p,
    landsat,
    muscate,
    aws,
)
"""Each has ``MARK``, which the name of a file matches that shows where a product's root is, and
``read(tree, root)``."""

OTHER_IMAGES = {".nc", ".h5", ".hdf", ".img", ".grib", ".grb", ".grb2"}
DEEPEST = 5  # folders between an image and the root of its product


def open_product(path: Source) -> list[Band]:
    """Every band of a product: folder, archive, metadata file or image, of whatever format."""
    return [band for scene in read(path) for band in scene.bands]


def read(sources: Union[Source, Iterable[Source]]) -> list[ImageSet]:
    """The scenes behind folders, archives, item files and images, in that order.

    Raises UnreadableFile when there is none.
    """
    paths = [sources] if isinstance(sources, (str, Path)) else list(sources)
    found: list[ImageSet] = []
    loose: list[Path] = []
    for path in (Path(p).absolute() for p in paths):
        if not path.exists():
            raise UnreadableFile(f"{path} does not exist.")
        if path.is_dir():
            found += _in_folder(path)
        elif path.suffix.lower() == ".json" and cog.item_of(path):
            found += _of_item(path)
        elif is_archive(path):
            found += _in_archive(path)
        else:
            found += _of_product(path, loose)
    if loose:
        found += cog.read(loose)
    if not found:
        told = ", ".join(str(p) for p in paths) or "nothing"
        raise UnreadableFile(f"There is no image with bands in {told}.")
    return _joined(found)


def _joined(scenes: Iterable[ImageSet]) -> list[ImageSet]:
    """Files of one scene that were named one by one make one scene again."""
    joined: dict[tuple[Path, str], ImageSet] = {}
    for scene in scenes:
        there = joined.setdefault((scene.folder, scene.title), scene)
        if there is not scene:
            bands = tuple(dict.fromkeys(there.bands + scene.bands))
            joined[scene.folder, scene.title] = replace(there, bands=bands)
    return list(joined.values())


# --- products --------------------------------------------------------------------------------


def _roots(place: Tree) -> dict[str, ModuleType]:
    """Where products begin in a tree, with their format."""
    roots: dict[str, ModuleType] = {}
    for name in place.names:
        for form in FORMATS:
            found = form.MARK.fullmatch(name)
            if found:
                roots.setdefault(found["root"] or "", form)
    return {
        root: form
        for root, form in roots.items()
        if not any(form is roots[other] and _is_below(root, other) for other in roots)
    }


def _is_below(root: str, other: str) -> bool:
    return root != other and _is_in(root, other)


def _products(place: Tree) -> Iterator[tuple[str, ImageSet]]:
    for root, form in sorted(_roots(place).items()):
        for scene in _scenes(form, place, root):
            yield root, scene


def _scenes(form: ModuleType, place: Tree, root: str) -> list[ImageSet]:
    """What a format reads; what it stumbles over in a stranger's metadata is damage."""
    try:
        scenes: list[ImageSet] = form.read(place, root)
    except (ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise UnreadableFile(f"The metadata of {root or place.place.name} is damaged.") from error
    return scenes


def _in_folder(folder: Path) -> Iterator[ImageSet]:
    """Products by their format, then what items, archives and images lie around them."""
    place = tree(folder)
    products = list(_products(place))
    roots = {root for root, _ in products}
    rest = [folder / name for name in place.names if not any(_is_in(name, r) for r in roots)]
    items = {path: cog.item_of(path) for path in rest if path.suffix.lower() == ".json"}
    items = {path: item for path, item in items.items() if item}
    for _, scene in products:
        yield _with_item(scene, items.values())
    told = {archive for path in items for archive in _archives(path)}
    taken = {path.parent for path in items}
    for path in items:
        if not any(_is_of(scene, items[path]) for _, scene in products):
            yield from _of_item(path)
    for path in rest:
        if is_archive(path) and path.resolve() not in told:
            yield from _in_archive(path)
        elif path.suffix.lower() in cog.IMAGES and path.parent not in taken:
            taken.add(path.parent)
            yield from cog.read(path.parent)


def _is_in(name: str, root: str) -> bool:
    return not root or name.startswith(f"{root}/")


def _in_archive(path: Path) -> Iterator[ImageSet]:
    """Products by their format; else every image in it, as GDAL reads it."""
    place = tree(path)
    scenes = [scene for _, scene in _products(place)]
    yield from scenes
    if not scenes:
        images = [n for n in place.names if PurePosixPath(n).suffix.lower() in cog.IMAGES]
        bands = [b for n in images for b in cog.bands(cog.key(n), place.source(n))]
        if bands:
            yield ImageSet(path.stem, path.parent, tuple(bands), {})


def _of_product(path: Path, loose: list[Path]) -> list[ImageSet]:
    """A file of a product: of its images only this one, all of it by its metadata file."""
    image = path.suffix.lower() in {*cog.IMAGES, ".nc"}
    for folder in list(path.parents)[:DEEPEST]:
        for form in _formats_in(folder):
            scenes = _scenes(form, tree(folder), "")
            scenes = [_only(scene, path) for scene in scenes] if image else scenes
            found = [scene for scene in scenes if scene.bands]
            if found:
                return found
    if image and path.suffix.lower() in cog.IMAGES:
        loose.append(path)
        return []
    return [_as_gdal_can(path)]


def _only(scene: ImageSet, path: Path) -> ImageSet:
    bands = (b for b in scene.bands if f'"{path}"' in str(b.path) or Path(b.path) == path)
    return replace(scene, bands=tuple(bands))


def _formats_in(folder: Path) -> list[ModuleType]:
    """The formats of which a product begins in this folder."""
    try:
        names = [p.name for p in folder.iterdir() if p.is_file()]
        names += [f"measurement/{p.name}" for p in folder.glob("measurement/*")]
    except OSError:  # a folder above that is not ours to read
        return []
    return [form for form in FORMATS if any(_begins_here(form, name) for name in names)]


def _begins_here(form: ModuleType, name: str) -> bool:
    found = form.MARK.fullmatch(name)
    return found is not None and not found["root"]


def _as_gdal_can(path: Path) -> ImageSet:
    """A format that we do not know: its bands, or those of its subdatasets on a grid."""
    with gdal_errors():
        file = open_image(path)
        sources = [name for name, _ in file.GetSubDatasets()] if not file.RasterCount else [path]
    bands = [band for source in sources for band in cog.bands(_last(source), source)]
    return ImageSet(path.stem, path.parent, tuple(bands), {})


def _last(source: Source) -> str:
    return source.stem if isinstance(source, Path) else source.rpartition(":")[2]


# --- items -----------------------------------------------------------------------------------


def _of_item(path: Path) -> Iterator[ImageSet]:
    """The images that an item names, else the products in the files that it names."""
    if any(True for _ in cog.assets(path)):
        yield from cog.read(path)
        return
    item = cog.item_of(path)
    for file in _files(path):
        for scene in _in_file(file):
            yield _told(scene, item)


def _in_file(path: Path) -> Iterable[ImageSet]:
    """What an archive holds, or a file that may be an image for GDAL; nothing of a text."""
    if is_archive(path):
        return _in_archive(path)
    return _of_product(path, []) if path.suffix.lower() in OTHER_IMAGES else ()


def _archives(path: Path) -> list[Path]:
    """The archives of an item that are there."""
    return [file for file in _files(path) if is_archive(file)]


def _files(path: Path) -> list[Path]:
    """The files of an item that are there."""
    hrefs = (str(asset.get("href")) for asset in cog.item_of(path)["assets"].values())
    paths = ((path.parent / href).resolve() for href in hrefs)
    return [p for p in paths if p.is_file()]


def _with_item(scene: ImageSet, items: Iterable[Any]) -> ImageSet:
    return next((_told(scene, item) for item in items if _is_of(scene, item)), scene)


def _told(scene: ImageSet, item: Any) -> ImageSet:
    """The scene with the portal's words about it, and with our own where it is silent."""
    own = scene.item.get("properties", {})
    return replace(scene, item={**item, "properties": {**own, **item.get("properties", {})}})


def _is_of(scene: ImageSet, item: Any) -> bool:
    named = (item.get("id"), item.get("properties", {}).get("title"))
    return scene.title in [str(name).partition(".")[0] for name in named]
