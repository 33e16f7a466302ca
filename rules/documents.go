package rules

// More of the documents that state what rules require.
const (
	salesAPISingle = "API reference: transaction-v2 add single"
	pointsAPI      = "API reference: points redemption request"
	pointsReversal = "API reference: points-v2 reverse redeemed points"
	couponAPI      = "API reference: coupon-v2 redeem"
	cardAPI        = "API reference: card update"
	badgesAPI      = "API reference: badges"
	rewardsAPI     = "API reference: create rewards"
	eventsAPI      = "API reference: behavioural events"
	goodwillAPI    = "API reference: goodwill points request"
	goodwillCodes  = "API reference: request workflow error codes"
	erasureAPI     = "API reference: deletion of personal data"
	statusCodes    = "API reference: status codes"
	fleetTemplate  = "Connect+ documentation: fleet customers template"
	audienceBlock  = "Connect+ documentation: audience reload template"
	validateBlock  = "Connect+ documentation: data-validation block"
	rfc3986        = "RFC 3986: Uniform Resource Identifier (URI): Generic Syntax"
	rfc4648        = "RFC 4648: The Base16, Base32, and Base64 Data Encodings"
	iso4217        = "ISO 4217: codes for the representation of currencies"
)
