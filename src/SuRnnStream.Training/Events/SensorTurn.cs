namespace SuRnnStream.Training.Events;

/// <summary>Turns vectors among a stream's channels, as if the sensor were mounted another way: acceleration and rate of rotation turn alike.</summary>
sealed class SensorTurn
{
    readonly int[][] _vectors; // each the places of its x, y and z

    /// <param name="channels">The model's.</param>
    /// <param name="vectors">NAME of channels NAME x, NAME y and NAME z.</param>
    /// <exception cref="ArgumentException">There is no such channel.</exception>
    public SensorTurn(IReadOnlyList<SensorChannel> channels, IReadOnlyList<string> vectors)
    {
        int PlaceOf(string name) => channels.ToList().FindIndex(channel => SensorColumns.IsNamed(name, channel)) is >= 0 and var place ? place
            : throw new ArgumentException($"--vectors: there is no channel '{name}' among {string.Join(", ", channels)}; a vector V is channels 'V x', 'V y' and 'V z'.");
        _vectors = [.. vectors.Select(vector => "xyz".Select(axis => PlaceOf($"{vector} {axis}")).ToArray())];
    }

    /// <summary>About the first axis, then the second, then the third, in degrees.</summary>
    /// <param name="stream">[channels][moments], changed in place.</param>
    /// <param name="degrees">The three angles.</param>
    public void Apply(float[][] stream, ReadOnlySpan<double> degrees)
    {
        for (var axis = 0; axis < 3; axis++)
        {
            var (sin, cos) = Math.SinCos(degrees[axis] * Math.PI / 180);
            foreach (var vector in _vectors)
            {
                var (a, b) = (stream[vector[(axis + 1) % 3]], stream[vector[(axis + 2) % 3]]);
                for (var m = 0; m < a.Length; m++) (a[m], b[m]) = ((float)(cos * a[m] - sin * b[m]), (float)(sin * a[m] + cos * b[m]));
            }
        }
    }
}
