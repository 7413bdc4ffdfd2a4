// Makes the shipped electrocardiogram: a minute of a heart that does not exist, with a few ventricular beats, and the list of its beats.
//
//   dotnet run tools/make-ecg-sample.cs [-- OUT_DIR]        (OUT_DIR is samples/sensors if not given)
//
// Writes ecg.csv (time [s],MLII [mV]; 360 Hz) and ecg.labels.csv (time,label; one row a beat, at its R peak). Nothing is random between
// runs: the same program gives the same bytes.
//
// The model is that of McSharry, Clifford, Tarassenko and Smith, "A dynamical model for generating synthetic electrocardiogram signals",
// IEEE Trans. Biomed. Eng. 50 (2003): a point (x, y) goes round the unit circle once a beat, and every wave of the beat is a bump that pulls
// z up or down at its angle. Three coupled equations, solved by Runge-Kutta of the fourth order. The time of a turn varies as RR intervals
// do, with respiration and with slow waves of blood pressure. Ours: the waves of a ventricular beat, which comes early, is broad and has no P wave,
// and the pause behind it that puts the next beat where it would have been.

using System.Globalization;

const double Rate = 360, Seconds = 60, MeanRate = 72;       // Hz, s, beats a minute
const double Respiration = 0.25, BloodPressure = 0.1;       // Hz: the two waves of heart rate variability
const double Spread = 0.035;                                // of RR intervals, seconds (standard deviation)
const int StepsPerSample = 4;                               // of the solver
int[] ventricular = [9, 21, 30, 44, 58];                    // beats, counted from 0

// Angle in radians, strength, and width of a wave. Table I of the paper, whose angles and widths grow narrower at faster rates.
Wave[] sinus = [new(-Math.PI / 3, 1.2, 0.25), new(-Math.PI / 12, -5, 0.1), new(0, 30, 0.1), new(Math.PI / 12, -7.5, 0.1), new(Math.PI / 2, 0.75, 0.4)];
Wave[] ectopic = [new(-0.3, 1.2, 0.25), new(0.05, 8, 0.22), new(0.5, -2.5, 0.22), new(1.45, -1.3, 0.45)]; // no P; wide QRS; T the other way
const double EctopicAngle = -1.2;                           // where its turn begins: in front of its first wave

var folder = args is [var named] ? named : Path.Combine("samples", "sensors");
var random = new Random(2003);
var beats = Beats();
var z = Solve(beats);
var peaks = beats.Select(beat => (Time: PeakOf(beat, z), beat.Ventricular)).Where(peak => peak.Time < Seconds).ToArray();

// The paper scales z to the range of an electrocardiogram; here an R wave becomes 1.1 mV high.
var (low, high) = (z.Order().ElementAt(z.Length / 20), peaks.Where(peak => !peak.Ventricular).Average(peak => z[(int)Math.Round(peak.Time * Rate)]));
Directory.CreateDirectory(folder);
using (var table = new StreamWriter(Path.Combine(folder, "ecg.csv")) { NewLine = "\n" })
{
    table.WriteLine("time [s],MLII [mV]");
    for (var i = 0; i < z.Length; i++)
        table.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{i / Rate:0.###},{1.2 * (z[i] - low) / (high - low) - 0.1 + 0.008 * Gaussian():0.###}"));
}
using (var labels = new StreamWriter(Path.Combine(folder, "ecg.labels.csv")) { NewLine = "\n" })
{
    labels.WriteLine("time,label");
    foreach (var (time, isVentricular) in peaks) labels.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{time:0.###},{(isVentricular ? "ventricular" : "beat")}"));
}
Console.WriteLine($"{peaks.Length} beats, {peaks.Count(peak => peak.Ventricular)} of them ventricular, in {folder}");

// When each turn begins, where, and how long all of it would take.
List<Beat> Beats()
{
    var made = new List<Beat>();
    var (phase1, phase2) = (2 * Math.PI * random.NextDouble(), 2 * Math.PI * random.NextDouble());
    for (var start = -0.1; start < Seconds;)
    {
        // Two waves in the spectrum of RR intervals, as strong as each other.
        var rr = 60 / MeanRate + Spread * (Math.Sin(2 * Math.PI * Respiration * start + phase1) + Math.Sin(2 * Math.PI * BloodPressure * start + phase2)) + 0.005 * Gaussian();
        if (!ventricular.Contains(made.Count))
        {
            made.Add(new Beat(start, rr, -Math.PI, false)); // its R peak is half way round
            start += rr;
            continue;
        }
        // It breaks into the turn before, behind the T wave, and the next sinus beat comes two intervals behind the last one.
        var before = made[^1].Start + made[^1].Length / 2;
        made.Add(new Beat(before + 0.39 * rr, 1.1 * rr, EctopicAngle, true));
        start = before + 1.5 * rr;
    }
    return made;
}

// z at the sample rate.
double[] Solve(List<Beat> beats)
{
    var made = new double[(int)(Seconds * Rate)];
    var step = 1 / (Rate * StepsPerSample);
    var (state, time, beat) = (new State(-1, 0, 0), beats[0].Start, 0);
    for (var i = -(int)Math.Round(-time * Rate); i < made.Length; i++)
    {
        time = i / Rate;
        if (i >= 0) made[i] = state.Z;
        for (var s = 0; s < StepsPerSample; s++)
        {
            var now = time + s * step;
            if (beat + 1 < beats.Count && now >= beats[beat + 1].Start)
            {
                var angle = beats[++beat].Angle;
                state = state with { X = Math.Cos(angle), Y = Math.Sin(angle) };
            }
            state = RungeKutta(state, now, step, beats[beat]);
        }
    }
    return made;
}

State RungeKutta(State at, double time, double step, Beat beat)
{
    var k1 = Derivative(at, time, beat);
    var k2 = Derivative(at + step / 2 * k1, time + step / 2, beat);
    var k3 = Derivative(at + step / 2 * k2, time + step / 2, beat);
    var k4 = Derivative(at + step * k3, time + step, beat);
    return at + step / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
}

State Derivative(State at, double time, Beat beat)
{
    var (pull, turn) = (1 - Math.Sqrt(at.X * at.X + at.Y * at.Y), 2 * Math.PI / beat.Length);
    var angle = Math.Atan2(at.Y, at.X);
    var baseline = 0.0015 * Math.Sin(2 * Math.PI * Respiration * time); // breathing moves it
    var slope = -(at.Z - baseline);
    foreach (var (centre, strength, width) in beat.Ventricular ? ectopic : sinus)
    {
        var off = Math.IEEERemainder(angle - centre, 2 * Math.PI);
        slope -= strength * off * Math.Exp(-off * off / (2 * width * width));
    }
    return new State(pull * at.X - turn * at.Y, pull * at.Y + turn * at.X, slope);
}

double PeakOf(Beat beat, double[] z)
{
    var middle = beat.Start - beat.Angle / (2 * Math.PI) * beat.Length; // at angle 0
    var (from, to) = ((int)Math.Max(0, (middle - 0.1) * Rate), (int)Math.Min(z.Length, (middle + 0.1) * Rate));
    var largest = from;
    for (var i = from; i < to; i++) if (z[i] > z[largest]) largest = i;
    return from < to ? largest / Rate : double.PositiveInfinity;
}

double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

/// <summary>A turn that begins at this time, in seconds, at this angle; a whole one would take so long.</summary>
record struct Beat(double Start, double Length, double Angle, bool Ventricular);

/// <summary>A bump at an angle.</summary>
record struct Wave(double Angle, double Strength, double Width);

record struct State(double X, double Y, double Z)
{
    public static State operator +(State a, State b) => new(a.X + b.X, a.Y + b.Y, a.Z + b.Z);
    public static State operator *(double by, State a) => new(by * a.X, by * a.Y, by * a.Z);
}
