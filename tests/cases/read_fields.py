#!/usr/bin/python3
"""Prints points and point data of a .vti, .vtu or .pvd file, as VTK's own Python reader sees them.

usage: read_fields.py FILE     (Debian: apt-get install python3-vtk9; numpy is not needed)

First line: names of the columns; then a line a point, numbers as C hexadecimal floats. A .pvd
prints its times in order, the first column being the time. Exit status 77: this Python has no VTK.
"""

import os
import sys

try:
    from vtkmodules.vtkIOXML import vtkXMLImageDataReader, vtkXMLUnstructuredGridReader
    from vtkmodules.vtkIOXMLParser import vtkXMLDataParser
except ImportError as missing:
    print(missing, file=sys.stderr)
    sys.exit(77)


def read(path):
    reader = vtkXMLUnstructuredGridReader() if path.endswith(".vtu") else vtkXMLImageDataReader()
    if not reader.CanReadFile(path):
        sys.exit(f"{path}: cannot be read")
    errors = []
    reader.AddObserver("ErrorEvent", lambda *_: errors.append(path))
    reader.SetFileName(path)
    reader.Update()
    if errors:
        sys.exit(f"{path}: error while reading")
    return reader.GetOutput()


def frames(path):
    """(time or None, file) of each file that belongs to `path`."""
    if not path.endswith(".pvd"):
        return [(None, path)]
    parser = vtkXMLDataParser()
    parser.SetFileName(path)
    parser.Parse()
    collection = parser.GetRootElement().FindNestedElementWithName("Collection")
    count = collection.GetNumberOfNestedElements()
    entries = [collection.GetNestedElement(i) for i in range(count)]
    folder = os.path.dirname(path)
    return [(float(e.GetAttribute("timestep")), os.path.join(folder, e.GetAttribute("file")))
            for e in entries]


def show(time, data, with_header):
    point_data = data.GetPointData()
    arrays = [point_data.GetArray(i) for i in range(point_data.GetNumberOfArrays())]
    if with_header:
        names = ([] if time is None else ["time"]) + ["x", "y", "z"] + [a.GetName() for a in arrays]
        print(" ".join(names))
    for i in range(data.GetNumberOfPoints()):
        row = ([] if time is None else [time]) + list(data.GetPoint(i))
        print(" ".join(float(v).hex() for v in row + [a.GetComponent(i, 0) for a in arrays]))


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    for number, (time, path) in enumerate(frames(sys.argv[1])):
        show(time, read(path), number == 0)


if __name__ == "__main__":
    main()
