// The one main of every test program. Suites are named after the source file that they test.
#define BOOST_TEST_MODULE kubectl_maintenance
#include <boost/test/unit_test.hpp>
