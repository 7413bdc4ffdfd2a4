using System.Numerics;
using System.Runtime.InteropServices;

namespace SuRnnStream.Research.LongRange;

/// <summary>How big a scene is and what is in it; lengths in dashes.</summary>
sealed record PathfinderOptions(int Side, int Curve, int Distractors, int Distractor)
{
    public static readonly PathfinderOptions Full = new(32, 14, 5, 4), Short = new(16, 5, 2, 2);
}

/// <summary>
/// Two dashed curves of the same length and shorter distractors. Joined, two dots mark the ends of one curve; apart, an end of either. The
/// scene is such that the dots are about as far from each other both ways, so neither their distance nor the ink tells which it is.
/// </summary>
sealed class PathfinderScene
{
    const float Dash = 2, Gap = 1, Turn = 0.55f;   // pixels; radians a dash, at most
    const float Apart = 2.2f, Edge = 1.5f;         // pixels between curves, and to the edge, at least
    const float HalfWidth = 0.35f, DotRadius = 1.2f, Ink = 0.75f;
    const float SameDistance = 1.5f;                // pixels
    const int Turns = 6, Starts = 500;             // tries: of a dash but the first, of a curve

    readonly int _side;
    readonly bool _joinedFarther; // decided beforehand, or joined dots would be farther from each other more often than not
    readonly List<Vector2[]> _curves = []; // the ends of each dash, along the curve

    public PathfinderScene(Dice dice, PathfinderOptions options)
    {
        (_side, _joinedFarther) = (options.Side, dice.Next(2) == 0);
        while (!TryFill(dice, options)) _curves.Clear();
    }

    /// <summary>The end where one dot is; the other end of its curve; an end of the other curve.</summary>
    public Vector2 Start { get; private set; }
    public Vector2 Joined { get; private set; }
    public Vector2 Other { get; private set; }

    /// <summary>Grey levels, row by row.</summary>
    public byte[] Draw(bool joined)
    {
        var image = new byte[_side * _side];
        foreach (var curve in _curves)
            for (var i = 0; i < curve.Length; i += 2) Draw(image, curve[i], curve[i + 1], HalfWidth, Ink);
        Draw(image, Start, Start, DotRadius, 1);
        Draw(image, joined ? Joined : Other, joined ? Joined : Other, DotRadius, 1);
        return image;
    }

    bool TryFill(Dice dice, PathfinderOptions options)
    {
        var taken = new List<Vector2>();
        bool Add(int dashes)
        {
            for (var i = 0; i < Starts; i++) if (TryGrow(dice, dashes, taken)) return true;
            return false;
        }
        if (!Add(options.Curve) || !Add(options.Curve) || !TryPlaceDots(dice)) return false;
        for (var i = 0; i < options.Distractors; i++) if (!Add(options.Distractor)) return false;
        return true;
    }

    /// <summary>A curve that keeps off all others and off itself.</summary>
    bool TryGrow(Dice dice, int dashes, List<Vector2> taken)
    {
        var before = taken.Count;
        var ends = new Vector2[2 * dashes];
        var at = new Vector2(Between(dice, Edge, _side - 1 - Edge), Between(dice, Edge, _side - 1 - Edge));
        var heading = 0f;
        for (var i = 0; i < dashes; i++)
        {
            var (tries, turned, step) = (i == 0 ? 1 : Turns, 0f, Vector2.Zero);
            do
            {
                if (tries-- == 0)
                {
                    taken.RemoveRange(before, taken.Count - before);
                    return false;
                }
                turned = i == 0 ? Between(dice, 0, MathF.Tau) : heading + Between(dice, -Turn, Turn);
                step = new Vector2(MathF.Cos(turned), MathF.Sin(turned));
            }
            while (!IsFree(at, step, before, taken));
            heading = turned;
            (ends[2 * i], ends[2 * i + 1]) = (at, at + Dash * step);
            for (var along = 0f; along < Dash + Gap; along++) taken.Add(at + along * step);
            at += (Dash + Gap) * step;
        }
        _curves.Add(ends);
        return true;
    }

    /// <summary>Whether a dash from here keeps its distance; the last three points of its own curve, a pixel apart, may be near.</summary>
    bool IsFree(Vector2 at, Vector2 step, int before, List<Vector2> taken)
    {
        var (middle, end, far) = (at + Dash / 2 * step, at + Dash * step, Math.Max(before, taken.Count - 3));
        const float reach = Apart + Dash / 2;
        if (Vector2.Clamp(end, new Vector2(Edge), new Vector2(_side - 1 - Edge)) != end) return false;
        foreach (var point in CollectionsMarshal.AsSpan(taken)[..far])
            if (Vector2.DistanceSquared(point, middle) < reach * reach && DistanceSquared(point, at, end) < Apart * Apart) return false;
        return true;
    }

    /// <summary>Of the eight ways to name the curves and their ends, one in which both second dots are about as far from the first.</summary>
    bool TryPlaceDots(Dice dice)
    {
        for (int way = dice.Next(8), i = 0; i < 8; way = (way + 1) % 8, i++)
        {
            var (one, other) = (way & 1) == 0 ? (_curves[0], _curves[1]) : (_curves[1], _curves[0]);
            (Start, Joined) = (way & 2) == 0 ? (one[0], one[^1]) : (one[^1], one[0]);
            Other = (way & 4) == 0 ? other[0] : other[^1];
            var farther = Vector2.Distance(Start, Joined) - Vector2.Distance(Start, Other);
            if (farther > 0 == _joinedFarther && MathF.Abs(farther) < SameDistance) return true;
        }
        return false;
    }

    /// <summary>A line with round ends, blended over the pixel at its edge.</summary>
    void Draw(byte[] image, Vector2 from, Vector2 to, float radius, float ink)
    {
        var (low, high) = (Vector2.Min(from, to) - new Vector2(radius + 1), Vector2.Max(from, to) + new Vector2(radius + 1));
        for (var y = Math.Max(0, (int)low.Y); y <= Math.Min(_side - 1, (int)high.Y); y++)
        {
            for (var x = Math.Max(0, (int)low.X); x <= Math.Min(_side - 1, (int)high.X); x++)
            {
                var grey = (byte)(255 * ink * Math.Clamp(radius + 0.5f - MathF.Sqrt(DistanceSquared(new Vector2(x, y), from, to)), 0, 1));
                ref var pixel = ref image[y * _side + x];
                pixel = Math.Max(pixel, grey);
            }
        }
    }

    static float DistanceSquared(Vector2 point, Vector2 from, Vector2 to)
    {
        var along = to == from ? 0 : Math.Clamp(Vector2.Dot(point - from, to - from) / Vector2.DistanceSquared(from, to), 0, 1);
        return Vector2.DistanceSquared(point, from + along * (to - from));
    }

    static float Between(Dice dice, float low, float high) => low + (high - low) * dice.NextSingle();
}
