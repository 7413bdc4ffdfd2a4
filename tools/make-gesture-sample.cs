// Makes the shipped gestures: a minute of a wand that does not exist, drawing the letter W and a spiral now and then, and the list of what it draws.
//
//   dotnet run tools/make-gesture-sample.cs [-- OUT_DIR [SEED [ACTS]]]        (samples/sensors and 9 if not given)
//
// ACTS, with commas between, is what the hand does in place of that minute: wingardium, flippendo, rest, swing, point, lay; ACT*20 for twenty times.
//
// Writes gesture.csv (time, acceleration and rate of rotation about three axes; 100 Hz) and gesture.labels.csv (time,label: where a gesture ends).
// The same program gives the same bytes.
//
// A wrist turns the wand: pitch, yaw and roll go from one pose to the next as hands do, along the curve of least jerk (Flash and Hogan, 1985); the
// spiral's two rounds are an angle that moves so. The arm carries the wrist a little after it. The sensor sits near the wand's tip with its first
// axis towards the hand: its gyroscope hears how the pose turns, its accelerometer gravity and how its place accelerates, both worked out from
// poses a millisecond apart. No recording is used. Between the gestures the hand rests, trembles, swings, points about and puts the wand down.

using System.Globalization;
using System.Numerics;

const double Rate = 100;                 // Hz
const double Gravity = 9.81;             // m/s2
const double Lever = 0.06, Reach = 0.08; // m: from the wrist to the sensor; what the arm moves the wrist a radian of pitch or yaw
const double Step = 0.001;               // s: of the differences
const double FirstPitch = 0.45;          // radians

var folder = args.Length > 0 ? args[0] : Path.Combine("samples", "sensors");
var random = new Random(args.Length > 1 ? int.Parse(args[1], CultureInfo.InvariantCulture) : 9);
var (strokes, labels) = (new List<Stroke>(), new List<(double Time, string Label)>());
var (pitch, yaw) = (FirstPitch, 0.0);    // radians: the pose that the last stroke leaves
var now = 0.0;

string[] acts = args.Length > 2 ? [.. args[2].Split(',').Select(act => act.Split('*')).SelectMany(act => Enumerable.Repeat(act[0], act.Length > 1 ? int.Parse(act[1], CultureInfo.InvariantCulture) : 1))]
    : ["rest", "wingardium", "swing", "flippendo", "rest", "flippendo", "point", "wingardium", "lay", "wingardium", "point", "flippendo", "swing", "rest", "wingardium", "swing", "flippendo", "rest"];
foreach (var act in acts)
{
    Move(0.6 + 0.6 * random.NextDouble(), pitch, yaw);
    if (act == "wingardium") W();
    else if (act == "flippendo") Spiral();
    else if (act == "swing") Swing();
    else if (act == "point") for (var n = 0; n < 3; n++) Move(0.5 + 0.5 * random.NextDouble(), About(0.3, 0.5), About(0, 0.8));
    else if (act == "lay") LayDown();
    else Move(1.5, pitch, yaw);
}
var seconds = args.Length > 2 ? now + 0.5 : 60;
var tremor = Enumerable.Range(0, 9).Select(n => (Size: 0.03 / (1 + n / 3), Rate: (0.2 + 0.5 * (n / 3)) * (1 + random.NextDouble()), Phase: 2 * Math.PI * random.NextDouble(), Axis: n % 3)).ToArray();

Directory.CreateDirectory(folder);
using (var table = new StreamWriter(Path.Combine(folder, "gesture.csv")) { NewLine = "\n" })
{
    table.WriteLine("time [s],acc x [m/s2],acc y [m/s2],acc z [m/s2],gyro x [rad/s],gyro y [rad/s],gyro z [rad/s]");
    for (var n = 0; n < seconds * Rate; n++)
    {
        var (force, turn) = Sense(n / Rate);
        double[] heard = [force.X + 0.03 * Gaussian(), force.Y + 0.03 * Gaussian(), force.Z + 0.03 * Gaussian(), turn.X + 0.01 * Gaussian(), turn.Y + 0.01 * Gaussian(), turn.Z + 0.01 * Gaussian()];
        table.WriteLine($"{(n / Rate).ToString("0.##", CultureInfo.InvariantCulture)},{string.Join(',', heard.Select((value, i) => value.ToString(i < 3 ? "0.##" : "0.###", CultureInfo.InvariantCulture)))}");
    }
}
var drawn = labels.Where(one => one.Time < seconds - (args.Length > 2 ? 0 : 1)).ToArray();
File.WriteAllText(Path.Combine(folder, "gesture.labels.csv"), string.Concat(drawn.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Time:0.##},{one.Label}\n")).Prepend("time,label\n")));
Console.WriteLine($"{drawn.Length} gestures in {folder}; the last act ends at {now:F1} s");

// Down, up, down, up, from left to right.
void W()
{
    var (speed, size) = (0.9 + 0.25 * random.NextDouble(), 0.9 + 0.2 * random.NextDouble());
    Move(0.45, 1.0 * size, -0.25);
    Move(0.32 / speed, -0.65 * size, -0.12, ahead: 0.05);
    Move(0.31 / speed, 0.75 * size, 0.02, ahead: 0.06);
    Move(0.32 / speed, -0.75 * size, 0.16, ahead: 0.06);
    Move(0.4 / speed, 1.15 * size, 0.35, ahead: 0.06);
    labels.Add((now, "wingardium"));
    Move(0.7, 0.45, 0);
}

// Nearly two rounds, left and down first, without a halt then up and a blow down.
void Spiral()
{
    var (speed, size) = (0.9 + 0.2 * random.NextDouble(), 0.9 + 0.2 * random.NextDouble());
    Move(0.35, 0.85, 0.1);
    Round(0.85 / speed, 1.75, 0.68 * size);
    Move(0.34 / speed, 1.75 * size, 0, ahead: 0.17 / speed);
    Move(0.3 / speed, -0.25 * size, -0.1, ahead: 0.08);
    labels.Add((now, "flippendo"));
    Move(0.3, 0.1, 0, ahead: 0.05);
    Move(0.8, 0.45, 0);
}

// To and fro beside the leg, as in walking.
void Swing()
{
    for (var n = 0; n < 5; n++) Move(0.5, n % 2 == 0 ? -0.6 : -1.1, About(0, 0.1));
    Move(0.9, 0.45, 0);
}

void LayDown()
{
    Move(0.9, -0.02, 0.5);
    Move(3, -0.02, 0.5);
    Move(1, 0.45, 0);
}

double About(double middle, double width) => middle + width * (2 * random.NextDouble() - 1);

// Strokes may begin before the last one ends: then they add up, as a hand's do (Flash and Henis, 1991).
void Move(double seconds, double toPitch, double toYaw, double ahead = 0)
{
    strokes.Add(new Stroke(now - ahead, seconds, toPitch - pitch, toYaw - yaw, 0, 0));
    (pitch, yaw) = (toPitch, toYaw);
    now += seconds - ahead;
}

void Round(double seconds, double rounds, double radius)
{
    var stroke = new Stroke(now, seconds, 0, 0, 2 * Math.PI * rounds, radius);
    strokes.Add(stroke);
    now += seconds;
    var (up, left) = stroke.At(now);
    (pitch, yaw) = (pitch + up, yaw + left);
}

// Pitch (up), yaw (left) and roll, radians.
(double Pitch, double Yaw, double Roll) PoseAt(double time)
{
    var (up, left) = (FirstPitch, 0.0);
    foreach (var stroke in strokes)
    {
        if (stroke.Start > time) continue;
        var (further, aside) = stroke.At(time);
        (up, left) = (up + further, left + aside);
    }
    double[] shake = [0, 0, 0.1 * up - 0.1 * left]; // a wrist that goes up rolls a little
    foreach (var (size, rate, phase, axis) in tremor) shake[axis] += size * Math.Sin(2 * Math.PI * rate * time + phase);
    return (up + shake[0], left + shake[1], shake[2]);
}

// Rows: the sensor's axes in the world, whose z is up and whose x is where the arm points. The first axis points to the hand.
double[][] Axes(double time)
{
    var (up, left, roll) = PoseAt(time);
    // One turn that is both, so that none of it is about the wand itself: its axis is level and upright in parts.
    var angle = Math.Sqrt(up * up + left * left) + 1e-12;
    double[] axis = [0, -up / angle, left / angle];
    double[] Turned(double[] a) => Add(Add(a, Math.Cos(angle), Cross(axis, a), Math.Sin(angle)), 1, axis, (1 - Math.Cos(angle)) * Dot(axis, a));
    double[] side = Turned([0, -1, 0]), top = Turned([0, 0, 1]);
    return [Turned([-1, 0, 0]), Add(side, Math.Cos(roll), top, Math.Sin(roll)), Add(top, Math.Cos(roll), side, -Math.Sin(roll))];
}

double[] PlaceAt(double time)
{
    var (up, left, _) = PoseAt(time);
    return Add(Axes(time)[0], -Lever, [0, Reach * left, Reach * up], 1);
}

(Vector3 Force, Vector3 Turn) Sense(double time)
{
    double[][] before = Axes(time - Step), axes = Axes(time), after = Axes(time + Step);
    var acceleration = Add(Add(PlaceAt(time - Step), 1, PlaceAt(time + Step), 1), 1 / (Step * Step), PlaceAt(time), -2 / (Step * Step));
    acceleration[2] += Gravity;
    // An axis a turns as da/dt = w x a, so that w along the third is how the first moves towards the second.
    double Towards(int from, int to) => Dot(Add(after[from], 1, before[from], -1), axes[to]) / (2 * Step);
    return (new Vector3((float)Dot(acceleration, axes[0]), (float)Dot(acceleration, axes[1]), (float)Dot(acceleration, axes[2])), new Vector3((float)Towards(1, 2), (float)Towards(2, 0), (float)Towards(0, 1)));
}

static double[] Add(double[] a, double by, double[] b, double times) => [by * a[0] + times * b[0], by * a[1] + times * b[1], by * a[2] + times * b[2]];
static double Dot(double[] a, double[] b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
static double[] Cross(double[] a, double[] b) => [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];

double Gaussian() => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

/// <summary>So much more pitch and yaw; or a part of a circle of this radius, begun at its top and to the left.</summary>
record struct Stroke(double Start, double Length, double Pitch, double Yaw, double Angle, double Radius)
{
    const double Ramp = 0.2; // part of a circle's time in which it gains its speed, and in which it loses it

    public readonly (double Pitch, double Yaw) At(double time)
    {
        var s = Math.Clamp((time - Start) / Length, 0, 1);
        if (Radius > 0)
        {
            var angle = Angle / (1 - Ramp) * (s < 0.5 ? Gained(s) : 1 - Ramp - Gained(1 - s));
            return (Radius * (Math.Cos(angle) - 1), Radius * Math.Sin(angle));
        }
        var done = s * s * s * (10 - 15 * s + 6 * s * s); // the curve of least jerk
        return (Pitch * done, Yaw * done);
    }

    /// <summary>The way of a speed that rises to 1 over the ramp without a kink.</summary>
    static double Gained(double s) => s >= Ramp ? s - Ramp / 2 : s * s * s / (Ramp * Ramp) * (1 - s / (2 * Ramp));
}
